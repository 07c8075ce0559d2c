using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>
/// Under which condition an object is read (RFC 9110, section 13): for a download the plain headers, for the source of a copy those with
/// the prefix <c>x-amz-copy-source-</c>.
/// </summary>
internal sealed class ReadCondition
{
    private readonly IHeaderDictionary _headers;
    private readonly string _prefix;

    public ReadCondition(IHeaderDictionary headers, string prefix = "")
    {
        _headers = headers;
        _prefix = prefix;
    }

    /// <returns>Whether the reader has the object as it is already.</returns>
    /// <exception cref="S3Exception">The object is not the one that was meant.</exception>
    public bool IsUnchanged(StoredObject stored)
    {
        if (Header("if-match") is { } match ? !EntityTag.IsNamed(match, stored.ETag) : Time("if-unmodified-since") is { } before && stored.LastModified >= before.AddSeconds(1))
        {
            throw new S3Exception(S3Error.PreconditionFailed);
        }

        return Header("if-none-match") is { } other
            ? EntityTag.IsNamed(other, stored.ETag)
            : Time("if-modified-since") is { } since && stored.LastModified < since.AddSeconds(1);
    }

    private string? Header(string name) => _headers.TryGetValue(_prefix + name, out var value) ? value.ToString() : null;

    private DateTimeOffset? Time(string name) =>
        DateTimeOffset.TryParse(Header(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
