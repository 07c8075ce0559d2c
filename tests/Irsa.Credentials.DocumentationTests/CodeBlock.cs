namespace Irsa.Credentials.DocumentationTests;

/// <summary>A block of code: where it begins, the language behind its fence, and what it holds.</summary>
internal sealed record CodeBlock(string Place, string Language, string Code);
