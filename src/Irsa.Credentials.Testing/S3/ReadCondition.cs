using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>
/// The condition for reading an object (RFC 9110, section 13). A download uses the plain headers, a copy those with the prefix
/// <c>x-amz-copy-source-</c>.
/// </summary>
internal sealed class ReadCondition
{
    // The headers have no fractions of a second.
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    private readonly IHeaderDictionary _headers;
    private readonly string _prefix;

    public ReadCondition(IHeaderDictionary headers, string prefix = "")
    {
        _headers = headers;
        _prefix = prefix;
    }

    /// <returns>Whether the object is the one that the client already has.</returns>
    /// <exception cref="S3Exception">The condition is not met.</exception>
    public bool IsUnchanged(StoredObject stored)
    {
        if (Header("if-match") is { } match ? !EntityTag.IsNamed(match, stored.ETag) : Time("if-unmodified-since") is { } before && stored.LastModified - before >= OneSecond)
        {
            throw new S3Exception(S3Error.PreconditionFailed);
        }

        return Header("if-none-match") is { } other
            ? EntityTag.IsNamed(other, stored.ETag)
            : Time("if-modified-since") is { } since && stored.LastModified - since < OneSecond;
    }

    private string? Header(string name) => _headers.TryGetValue(_prefix + name, out var value) ? value.ToString() : null;

    private DateTimeOffset? Time(string name) =>
        DateTimeOffset.TryParse(Header(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
