using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>GetObject and HeadObject: conditions, ranges, headers (RFC 9110, sections 13 and 14).</summary>
internal static class ObjectReader
{
    public static async Task WriteAsync(S3Request request, StoredObject stored, Blob blob)
    {
        var response = request.Context.Response;
        Describe(request, stored, response);
        if (JudgeConditions(request.Headers, stored) is { } status)
        {
            response.StatusCode = status;
            return;
        }

        var (start, length) = Range(request.Headers.Range.ToString(), blob.Length, response);
        response.ContentLength = length;
        if (HttpMethods.IsHead(request.Method) || length == 0)
        {
            return;
        }

        var file = blob.Open();
        await using (file.ConfigureAwait(false))
        {
            file.Position = start;
            var buffer = new byte[64 * 1024];
            for (var left = length; left > 0;)
            {
                var read = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), request.Aborted).ConfigureAwait(false);
                await response.Body.WriteAsync(buffer.AsMemory(0, read), request.Aborted).ConfigureAwait(false);
                left -= read;
            }
        }
    }

    private static void Describe(S3Request request, StoredObject stored, HttpResponse response)
    {
        response.Headers.ETag = stored.ETag;
        response.Headers.LastModified = stored.LastModified.ToString("R", CultureInfo.InvariantCulture);
        response.Headers.AcceptRanges = "bytes";
        foreach (var (name, value) in stored.Headers)
        {
            // A checksum of the whole object is no checksum of a part of it.
            if (!name.StartsWith(Checksum.HeaderPrefix, StringComparison.OrdinalIgnoreCase)
                || (request.Headers["x-amz-checksum-mode"] == "ENABLED" && !request.Headers.ContainsKey("Range")))
            {
                response.Headers[name] = value;
            }
        }

        foreach (var (query, header) in new[] { ("response-content-type", "Content-Type"), ("response-content-disposition", "Content-Disposition") })
        {
            if (request.Query(query) is { } value)
            {
                response.Headers[header] = value;
            }
        }
    }

    private static int? JudgeConditions(IHeaderDictionary headers, StoredObject stored)
    {
        bool Names(string header) => headers[header].ToString().Split(',', StringSplitOptions.TrimEntries).Any(tag => tag == "*" || tag.Trim('"') == stored.ETag.Trim('"'));
        if (headers.ContainsKey("If-Match") && !Names("If-Match"))
        {
            throw new S3Exception(S3Error.PreconditionFailed);
        }

        if (headers.ContainsKey("If-None-Match"))
        {
            return Names("If-None-Match") ? StatusCodes.Status304NotModified : null;
        }

        return DateTimeOffset.TryParse(headers.IfModifiedSince, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since)
            && stored.LastModified < since.AddSeconds(1)
            ? StatusCodes.Status304NotModified
            : null;
    }

    private static (long Start, long Length) Range(string header, long total, HttpResponse response)
    {
        if (!header.StartsWith("bytes=", StringComparison.Ordinal) || header["bytes=".Length..].Split('-') is not [var first, var last])
        {
            return (0, total);
        }

        var hasFirst = long.TryParse(first, CultureInfo.InvariantCulture, out var from);
        var hasLast = long.TryParse(last, CultureInfo.InvariantCulture, out var to);
        var (start, end) = (hasFirst, hasLast) switch
        {
            (true, true) => (from, Math.Min(to, total - 1)),
            (true, false) => (from, total - 1),
            (false, true) => (Math.Max(0, total - to), total - 1),
            _ => (0, total - 1),
        };
        if (start >= total || start > end)
        {
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{total}");
            throw new S3Exception(S3Error.InvalidRange);
        }

        response.StatusCode = StatusCodes.Status206PartialContent;
        response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {start}-{end}/{total}");
        return (start, end - start + 1);
    }
}
