namespace Irsa.Credentials.Tokens;

/// <summary>What the token file's path led to at one moment; default where it led nowhere.</summary>
internal readonly record struct TokenStamp(string? Target, long Length, DateTime WrittenAt);
