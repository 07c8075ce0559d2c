using System.Globalization;
using System.Xml.Linq;

namespace Irsa.Credentials.Testing;

/// <summary>The pages of ListParts and ListMultipartUploads.</summary>
internal static class MultipartListing
{
    public static XElement OfParts(S3Request request, MultipartUpload upload)
    {
        var most = request.Number("max-parts", 1000);
        var after = request.Number("part-number-marker", 0, most: 10_000);
        var (page, isTruncated) = Page(upload.Parts.Where(part => part.Key > after).OrderBy(static part => part.Key), most);
        return S3Xml.Element(
            "ListPartsResult",
            S3Xml.Element("Bucket", upload.Bucket),
            S3Xml.Element("Key", upload.Key),
            S3Xml.Element("UploadId", upload.Id),
            S3Xml.Element("PartNumberMarker", after),
            isTruncated ? S3Xml.Element("NextPartNumberMarker", page[^1].Key) : null,
            S3Xml.Element("MaxParts", most),
            S3Xml.Element("IsTruncated", isTruncated),
            page.Select(static part => S3Xml.Element(
                "Part",
                S3Xml.Element("PartNumber", part.Key),
                S3Xml.Element("ETag", $"\"{part.Value.Blob.Md5}\""),
                S3Xml.Element("Size", part.Value.Blob.Length.ToString(CultureInfo.InvariantCulture)),
                part.Value.Checksum is { } sum ? S3Xml.Element(Checksum.ElementFor(sum.Key), sum.Value) : null)));
    }

    public static XElement OfUploads(S3Request request, IEnumerable<MultipartUpload> uploads)
    {
        if (request.Has("delimiter"))
        {
            throw new S3Exception(S3Error.NotImplemented("a delimiter in the list of uploads"));
        }

        var most = request.Number("max-uploads", 1000);
        var prefix = request.Query("prefix") ?? string.Empty;
        var after = (Key: request.Query("key-marker") ?? string.Empty, Id: request.Query("upload-id-marker") ?? string.Empty);
        bool Follows(MultipartUpload upload) => Utf8Comparer.Instance.Compare(upload.Key, after.Key) switch
        {
            0 => after.Id.Length > 0 && string.CompareOrdinal(upload.Id, after.Id) > 0,
            var order => order > 0,
        };

        var (page, isTruncated) = Page(
            uploads.Where(upload => upload.Bucket == request.Bucket && upload.Key.StartsWith(prefix, StringComparison.Ordinal) && Follows(upload))
                .OrderBy(static upload => upload.Key, Utf8Comparer.Instance).ThenBy(static upload => upload.Id, StringComparer.Ordinal),
            most);
        return S3Xml.Element(
            "ListMultipartUploadsResult",
            S3Xml.Element("Bucket", request.Bucket),
            S3Xml.Element("Prefix", prefix),
            S3Xml.Element("KeyMarker", after.Key),
            S3Xml.Element("UploadIdMarker", after.Id),
            isTruncated ? S3Xml.Element("NextKeyMarker", page[^1].Key) : null,
            isTruncated ? S3Xml.Element("NextUploadIdMarker", page[^1].Id) : null,
            S3Xml.Element("MaxUploads", most),
            S3Xml.Element("IsTruncated", isTruncated),
            page.Select(static upload => S3Xml.Element(
                "Upload",
                S3Xml.Element("Key", upload.Key),
                S3Xml.Element("UploadId", upload.Id),
                S3Xml.Element("Initiated", S3Xml.Time(upload.Initiated)))));
    }

    private static (List<T> Page, bool IsTruncated) Page<T>(IEnumerable<T> all, int most)
    {
        var found = all.Take(most + 1).ToList();
        return found.Count > most && most > 0 ? (found[..most], true) : ([.. found.Take(most)], false);
    }
}
