using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>The headers that are stored with an object and returned unchanged.</summary>
internal static class StoredHeaders
{
    private const string MetadataPrefix = "x-amz-meta-";
    private const int MaxMetadataLength = 2 * 1024;

    private static readonly HashSet<string> Kept = new(StringComparer.OrdinalIgnoreCase)
    {
        "Content-Type", "Cache-Control", "Content-Disposition", "Content-Language", "Expires",
        "x-amz-storage-class", "x-amz-server-side-encryption", "x-amz-website-redirect-location",
    };

    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // If these were ignored, a test could pass that fails at AWS.
    private static readonly string[] NotImplemented = ["x-amz-server-side-encryption-customer-", "x-amz-object-lock-", "x-amz-tagging", "x-amz-grant-", "x-amz-write-offset-bytes"];

    /// <summary>Returns whether an object may have a header of this name.</summary>
    public static bool IsStored(string name) =>
        Kept.Contains(name)
        || name.Equals("Content-Encoding", StringComparison.OrdinalIgnoreCase)
        || ((name.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase) || name.StartsWith(Checksum.HeaderPrefix, StringComparison.OrdinalIgnoreCase))
            && !name.AsSpan().ContainsAnyExcept(TokenCharacters));

    /// <summary>Returns the headers of a request that are stored with the object.</summary>
    /// <exception cref="S3Exception">The user metadata exceeds 2 KB, or a header asks for a feature that this server does not have.</exception>
    public static Dictionary<string, string> Of(IHeaderDictionary headers)
    {
        if (headers.Keys.FirstOrDefault(static name => NotImplemented.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && !name.Equals("x-amz-tagging-directive", StringComparison.OrdinalIgnoreCase))) is { } unknown)
        {
            throw new S3Exception(S3Error.NotImplemented(unknown));
        }

        var kept = headers
            .Where(static header => Kept.Contains(header.Key) || header.Key.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(static header => header.Key, static header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        if (kept.Where(static header => header.Key.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase))
            .Sum(static header => header.Key.Length - MetadataPrefix.Length + Encoding.UTF8.GetByteCount(header.Value)) > MaxMetadataLength)
        {
            throw new S3Exception(S3Error.MetadataTooLarge);
        }

        // aws-chunked is the encoding of the transfer, not of the object.
        var encoding = string.Join(",", headers.ContentEncoding.ToString().Split(',', StringSplitOptions.TrimEntries).Where(static coding => coding is not ("aws-chunked" or "")));
        if (encoding.Length > 0)
        {
            kept["Content-Encoding"] = encoding;
        }

        kept.TryAdd("Content-Type", "binary/octet-stream");
        return kept;
    }
}
