using System.Text;
using System.Xml.Linq;

namespace Irsa.Credentials.Testing;

/// <summary>ListObjectsV2 and ListObjects (<see href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html"/>).</summary>
internal static class ObjectListing
{
    private static readonly Dictionary<string, string> Echoes = new()
    {
        ["continuation-token"] = "ContinuationToken",
        ["start-after"] = "StartAfter",
        ["marker"] = "Marker",
    };

    public static XElement Write(S3Request request, IReadOnlyList<StoredObject> objects)
    {
        var isV2 = request.Query("list-type") == "2";
        var prefix = request.Query("prefix") ?? string.Empty;
        var delimiter = request.Query("delimiter") ?? string.Empty;
        var most = request.Number("max-keys", 1000);
        var after = isV2
            ? request.Query("continuation-token") is { } token ? Decode(token) : request.Query("start-after") ?? string.Empty
            : request.Query("marker") ?? string.Empty;
        var page = Page(objects, prefix, delimiter, most, after);
        string Encoded(string text) => request.Query("encoding-type") == "url" ? AwsUri.EncodePath(text) : text;

        var result = S3Xml.Element(
            "ListBucketResult",
            S3Xml.Element("Name", request.Bucket),
            S3Xml.Element("Prefix", Encoded(prefix)),
            S3Xml.Element("MaxKeys", most),
            S3Xml.Element("IsTruncated", page.Next is null ? "false" : "true"));
        if (delimiter.Length > 0)
        {
            result.Add(S3Xml.Element("Delimiter", Encoded(delimiter)));
        }

        if (request.Query("encoding-type") is { } encoding)
        {
            result.Add(S3Xml.Element("EncodingType", encoding));
        }

        foreach (var echoed in isV2 ? ["continuation-token", "start-after"] : new[] { "marker" })
        {
            if (request.Query(echoed) is { } value)
            {
                result.Add(S3Xml.Element(Echoes[echoed], echoed == "continuation-token" ? value : Encoded(value)));
            }
        }

        if (isV2)
        {
            result.Add(S3Xml.Element("KeyCount", page.Objects.Count + page.Prefixes.Count));
        }

        if (page.Next is { } next)
        {
            result.Add(isV2 ? S3Xml.Element("NextContinuationToken", Encode(next)) : S3Xml.Element("NextMarker", Encoded(next)));
        }

        result.Add(page.Objects.Select(stored => S3Xml.Element(
            "Contents",
            S3Xml.Element("Key", Encoded(stored.Key)),
            S3Xml.Element("LastModified", S3Xml.Time(stored.LastModified)),
            S3Xml.Element("ETag", stored.ETag),
            S3Xml.Element("Size", stored.Length),
            S3Xml.Element("StorageClass", "STANDARD"))));
        result.Add(page.Prefixes.Select(common => S3Xml.Element("CommonPrefixes", S3Xml.Element("Prefix", Encoded(common)))));
        return result;
    }

    private static (List<StoredObject> Objects, List<string> Prefixes, string? Next) Page(
        IReadOnlyList<StoredObject> objects,
        string prefix,
        string delimiter,
        int most,
        string after)
    {
        var page = (Objects: new List<StoredObject>(), Prefixes: new List<string>());
        string? last = null;
        foreach (var stored in objects.Where(stored => stored.Key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            var end = delimiter.Length == 0 ? -1 : stored.Key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
            var entry = end < 0 ? stored.Key : stored.Key[..(end + delimiter.Length)];
            if (entry == last || Utf8Comparer.Instance.Compare(entry, after) <= 0)
            {
                continue;
            }

            if (page.Objects.Count + page.Prefixes.Count == most)
            {
                return (page.Objects, page.Prefixes, last);
            }

            last = entry;
            if (end < 0)
            {
                page.Objects.Add(stored);
            }
            else
            {
                page.Prefixes.Add(entry);
            }
        }

        return (page.Objects, page.Prefixes, null);
    }

    private static string Encode(string key) => Convert.ToBase64String(Encoding.UTF8.GetBytes(key));

    private static string Decode(string token)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(token));
        }
        catch (FormatException)
        {
            throw new S3Exception(S3Error.InvalidArgument("The continuation token provided is incorrect"));
        }
    }
}
