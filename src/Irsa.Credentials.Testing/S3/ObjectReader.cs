using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>GetObject and HeadObject. No header of the object is set before all conditions are met.</summary>
internal static class ObjectReader
{
    private static readonly (string Query, string Header)[] Overrides =
    [
        ("response-cache-control", "Cache-Control"),
        ("response-content-disposition", "Content-Disposition"),
        ("response-content-encoding", "Content-Encoding"),
        ("response-content-language", "Content-Language"),
        ("response-content-type", "Content-Type"),
        ("response-expires", "Expires"),
    ];

    public static async Task WriteAsync(S3Request request, StoredObject stored, FileStream content)
    {
        var response = request.Context.Response;
        var isUnchanged = new ReadCondition(request.Headers).IsUnchanged(stored);
        response.Headers.ETag = stored.ETag;
        response.Headers.LastModified = stored.LastModified.ToString("R", CultureInfo.InvariantCulture);
        if (isUnchanged)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var range = RangeOf(request, stored);
        SetHeaders(request, stored, response, range is not null);
        if (range is { } part)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = part.ContentRange(stored.Length);
        }

        var (start, length) = range ?? new ByteRange(0, stored.Length);
        response.ContentLength = length;
        if (HttpMethods.IsHead(request.Method))
        {
            return;
        }

        content.Position = start;
        var buffer = new byte[64 * 1024];
        for (var left = length; left > 0;)
        {
            var read = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), request.Aborted).ConfigureAwait(false);
            await response.Body.WriteAsync(buffer.AsMemory(0, read), request.Aborted).ConfigureAwait(false);
            left -= read;
        }
    }

    private static ByteRange? RangeOf(S3Request request, StoredObject stored)
    {
        var header = request.Headers.Range.ToString();
        if (request.Query("partNumber") is not { } text)
        {
            try
            {
                return ByteRange.Parse(header, stored.Length);
            }
            catch (S3Exception)
            {
                request.Context.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{stored.Length}");
                throw;
            }
        }

        if (header.Length > 0)
        {
            throw new S3Exception(S3Error.InvalidRequest("Cannot specify both Range header and partNumber query parameter"));
        }

        var number = PartNumber.Parse(text);
        if (stored.PartLengths is { } parts)
        {
            request.Context.Response.Headers["x-amz-mp-parts-count"] = parts.Count.ToString(CultureInfo.InvariantCulture);
            return number <= parts.Count ? new ByteRange(parts.Take(number - 1).Sum(), parts[number - 1]) : throw new S3Exception(S3Error.InvalidPartNumber);
        }

        return number > 1 ? throw new S3Exception(S3Error.InvalidPartNumber) : stored.Length > 0 ? new ByteRange(0, stored.Length) : null;
    }

    private static void SetHeaders(S3Request request, StoredObject stored, HttpResponse response, bool isPart)
    {
        response.Headers.AcceptRanges = "bytes";
        foreach (var (name, value) in stored.Headers)
        {
            // The checksum of the object is not the checksum of a range.
            if (!name.StartsWith(Checksum.HeaderPrefix, StringComparison.OrdinalIgnoreCase) || (request.Headers["x-amz-checksum-mode"] == "ENABLED" && !isPart))
            {
                response.Headers[name] = IsHeaderValue(value) ? value : $"=?UTF-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(value))}?=";
            }
        }

        foreach (var (query, header) in Overrides)
        {
            if (request.Query(query) is { } value)
            {
                response.Headers[header] = IsHeaderValue(value)
                    ? value
                    : throw new S3Exception(S3Error.InvalidArgument($"The value of {query} cannot be used as a header value."));
            }
        }
    }

    /// <summary>Control characters could add headers to the response, and others than ASCII cannot be sent.</summary>
    private static bool IsHeaderValue(string value) => value.All(static character => character == '\t' || character is >= ' ' and <= '~');
}
