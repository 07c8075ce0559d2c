namespace Irsa.Credentials.Tokens;

/// <summary>Which file the token's path led to at one moment; two are equal while nothing has replaced or rewritten the file.</summary>
/// <param name="Target">The file behind the links; null where the path led nowhere, or where the reason stands in its place.</param>
/// <param name="Length">In bytes.</param>
/// <param name="WrittenAt">When the file was last written.</param>
internal sealed record TokenFileVersion(string? Target, long Length, DateTime WrittenAt)
{
    public static TokenFileVersion Missing { get; } = new(null, -1, default);
}
