using System.Globalization;
using System.Net;

namespace Irsa.Credentials.SampleTests;

/// <summary>What a request wants of the object that is there (RFC 9110, sections 13 and 14).</summary>
public sealed class ConditionTests(RunningSample sample) : IClassFixture<RunningSample>
{
    private const int Part = 8 * 1024 * 1024;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, "If-None-Match", "*")]
    [InlineData(1, "If-Match", "\"other\"")]
    [InlineData(Part, "If-None-Match", "*")]
    [InlineData(Part, "If-Match", "\"other\"")]
    public async Task An_upload_that_does_not_find_what_it_expects_changes_nothing(int size, string condition, string value)
    {
        var key = NewKey();
        await PutAsync(key, "old");

        using var answer = await SendAsync(HttpMethod.Put, key, condition, value, new ByteArrayContent(new byte[size]));

        Assert.Equal(HttpStatusCode.PreconditionFailed, answer.StatusCode);
        Assert.Equal("old", await sample.Http.GetStringAsync(key, Cancel));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(Part)]
    public async Task An_upload_that_finds_what_it_expects_goes_on(int size)
    {
        var key = NewKey();
        using var first = await SendAsync(HttpMethod.Put, key, "If-None-Match", "*", new ByteArrayContent(new byte[size]));
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);

        using var second = await SendAsync(HttpMethod.Put, key, "If-Match", first.Headers.ETag!.Tag, new ByteArrayContent(new byte[size]));

        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
    }

    [Fact]
    public async Task A_deletion_takes_only_the_object_that_was_meant()
    {
        var key = NewKey();
        var etag = await PutAsync(key, "old");

        using var refused = await SendAsync(HttpMethod.Delete, key, "If-Match", "\"other\"");
        Assert.Equal(HttpStatusCode.PreconditionFailed, refused.StatusCode);
        Assert.Equal("old", await sample.Http.GetStringAsync(key, Cancel));

        using var deleted = await SendAsync(HttpMethod.Delete, key, "If-Match", etag);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task What_the_reader_has_already_is_not_sent_again(string method)
    {
        var key = NewKey();
        var etag = await PutAsync(key, "text");
        var later = TimeProvider.System.GetUtcNow().AddHours(1).ToString("R", CultureInfo.InvariantCulture);

        using var same = await SendAsync(new HttpMethod(method), key, "If-None-Match", etag);
        using var unchanged = await SendAsync(new HttpMethod(method), key, "If-Modified-Since", later);
        using var other = await SendAsync(new HttpMethod(method), key, "If-Match", "\"other\"");
        using var old = await SendAsync(new HttpMethod(method), key, "If-Unmodified-Since", "Thu, 01 Jan 2026 00:00:00 GMT");
        using var changed = await SendAsync(new HttpMethod(method), key, "If-None-Match", "\"other\"");

        Assert.Equal((HttpStatusCode.NotModified, etag), (same.StatusCode, same.Headers.ETag?.Tag));
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Equal((HttpStatusCode.PreconditionFailed, HttpStatusCode.PreconditionFailed), (other.StatusCode, old.StatusCode));
        Assert.Equal((HttpStatusCode.OK, "no-cache"), (changed.StatusCode, changed.Headers.CacheControl?.ToString()));
    }

    [Theory]
    [InlineData("bytes=2-4", HttpStatusCode.PartialContent, "234", "bytes 2-4/10")]
    [InlineData("bytes=-3", HttpStatusCode.PartialContent, "789", "bytes 7-9/10")]
    [InlineData("bytes=5-2", HttpStatusCode.OK, "0123456789", null)]
    [InlineData("bytes=0-1,3-4", HttpStatusCode.OK, "0123456789", null)]
    [InlineData("lines=1-2", HttpStatusCode.OK, "0123456789", null)]
    [InlineData("bytes=10-", HttpStatusCode.RequestedRangeNotSatisfiable, null, "bytes */10")]
    public async Task A_range_is_answered_as_a_range(string range, HttpStatusCode status, string? text, string? contentRange)
    {
        var key = NewKey();
        await PutAsync(key, "0123456789");

        using var answer = await SendAsync(HttpMethod.Get, key, "Range", range);

        Assert.Equal((status, contentRange), (answer.StatusCode, answer.Content.Headers.ContentRange?.ToString()));
        if (text is not null)
        {
            Assert.Equal(text, await answer.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Theory]
    [InlineData("ETAG", HttpStatusCode.PartialContent, "89")]
    [InlineData("\"other\"", HttpStatusCode.OK, "0123456789")]
    [InlineData("W/ETAG", HttpStatusCode.OK, "0123456789")]
    [InlineData("Thu, 01 Jan 2026 00:00:00 GMT", HttpStatusCode.OK, "0123456789")]
    public async Task A_download_that_goes_on_gets_the_rest_of_the_same_object_or_all_of_another(string begun, HttpStatusCode status, string text)
    {
        var key = NewKey();
        var etag = await PutAsync(key, "0123456789");
        using var request = new HttpRequestMessage(HttpMethod.Get, key);
        request.Headers.TryAddWithoutValidation("Range", "bytes=8-");
        request.Headers.TryAddWithoutValidation("If-Range", begun.Replace("ETAG", etag, StringComparison.Ordinal));

        using var answer = await sample.Http.SendAsync(request, Cancel);

        Assert.Equal((status, text), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel)));
    }

    [Fact]
    public async Task HEAD_says_what_GET_would()
    {
        var key = NewKey();
        await PutAsync(key, "0123456789");

        using var head = await SendAsync(HttpMethod.Head, key);
        using var get = await SendAsync(HttpMethod.Get, key);

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(10, head.Content.Headers.ContentLength);
        Assert.Equal(get.Headers.ETag, head.Headers.ETag);
        Assert.Equal(get.Content.Headers.ToString(), head.Content.Headers.ToString());
        using var missing = await SendAsync(HttpMethod.Head, NewKey());
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    private static string NewKey() => "/objects/" + Guid.NewGuid().ToString("N");

    private async Task<string> PutAsync(string path, string text)
    {
        using var stored = await sample.Http.PutAsync(path, new StringContent(text), Cancel);
        Assert.Equal(HttpStatusCode.Created, stored.StatusCode);
        return stored.Headers.ETag!.Tag;
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? header = null, string? value = null, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        return sample.Http.SendAsync(request, Cancel);
    }
}
