using System.Xml.Linq;

namespace Irsa.Credentials.Testing;

/// <summary>A part as the request that completes an upload names it.</summary>
internal sealed record CompletedPart(int Number, string ETag, IReadOnlyDictionary<string, string> Checksums)
{
    private const long MinPartSize = 5 * 1024 * 1024;

    /// <exception cref="S3Exception">The document is not a valid list of parts.</exception>
    public static IReadOnlyList<CompletedPart> Parse(XElement document)
    {
        try
        {
            var parts = document.Elements().Where(static part => part.Name.LocalName == "Part").Select(ParsePart).ToList();
            return parts.Count is > 0 and <= 10_000 ? parts : throw new S3Exception(S3Error.MalformedXml);
        }
        catch (Exception malformed) when (malformed is InvalidOperationException or FormatException or ArgumentException)
        {
            throw new S3Exception(S3Error.MalformedXml);
        }
    }

    /// <summary>Returns the uploaded parts in order.</summary>
    /// <exception cref="S3Exception">The order, an entity tag, a checksum or a size is wrong.</exception>
    public static IReadOnlyList<UploadedPart> Match(IReadOnlyList<CompletedPart> named, MultipartUpload upload)
    {
        if (named.Zip(named.Skip(1)).Any(static pair => pair.First.Number >= pair.Second.Number))
        {
            throw new S3Exception(S3Error.InvalidPartOrder);
        }

        var parts = named.Select(part => upload.Parts.TryGetValue(part.Number, out var uploaded) && part.IsMatch(uploaded) ? uploaded : throw new S3Exception(S3Error.InvalidPart)).ToList();
        return parts.SkipLast(1).All(static part => part.Blob.Length >= MinPartSize) ? parts : throw new S3Exception(S3Error.EntityTooSmall);
    }

    private static CompletedPart ParsePart(XElement part)
    {
        var fields = part.Elements().ToDictionary(static field => field.Name.LocalName, static field => field.Value);
        return fields.TryGetValue("PartNumber", out var number) && fields.TryGetValue("ETag", out var tag)
            ? new CompletedPart(
                PartNumber.Parse(number),
                tag.Trim('"'),
                fields.Where(static field => field.Key.StartsWith("Checksum", StringComparison.Ordinal)).ToDictionary())
            : throw new S3Exception(S3Error.MalformedXml);
    }

    private bool IsMatch(UploadedPart uploaded) =>
        uploaded.Blob.Md5 == ETag
        && (uploaded.Checksum is not { } sum || !Checksums.TryGetValue(Checksum.ElementFor(sum.Key), out var claimed) || claimed == sum.Value);
}
