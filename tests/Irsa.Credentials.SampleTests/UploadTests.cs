using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Amazon.S3;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.SampleTests;

public sealed class UploadTests(RunningSample sample) : IClassFixture<RunningSample>
{
    private const int TwoParts = 9 * 1024 * 1024;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("text/plain;charset=UTF-8", "text/plain; charset=UTF-8")]
    [InlineData("text/plain; charset=UTF-8", "text/plain; charset=UTF-8")]
    [InlineData("TEXT/plain ; a=\"b;c\"", "TEXT/plain; a=\"b;c\"")]
    public async Task A_media_type_is_kept_however_it_is_spaced(string sent, string returned)
    {
        foreach (var size in new[] { 1, TwoParts })
        {
            using var stored = await PutAsync("/objects/typed", new ByteArrayContent(new byte[size]), sent);
            Assert.Equal(HttpStatusCode.Created, stored.StatusCode);
            using var back = await sample.Http.GetAsync("/objects/typed", HttpCompletionOption.ResponseHeadersRead, Cancel);
            Assert.Equal(returned, Assert.Single(back.Content.Headers.NonValidated["Content-Type"]));
        }
    }

    [Theory]
    [InlineData("a b c")]
    [InlineData("text")]
    public async Task A_content_type_that_is_none_is_a_clear_400(string type)
    {
        using var answer = await PutAsync("/objects/untyped", new ByteArrayContent([1]), type);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("type/subtype", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.DoesNotContain("untyped", sample.Aws.S3.Keys(RunningSample.Bucket));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(TwoParts)]
    public async Task What_was_compressed_is_said_to_be_when_it_comes_back(int size)
    {
        var body = new byte[size];
        new Random(1).NextBytes(body);
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(body, Cancel);
        }

        using var content = new ByteArrayContent(packed.ToArray()) { Headers = { ContentEncoding = { "gzip" } } };
        using var stored = await sample.Http.PutAsync("/objects/packed", content, Cancel);
        Assert.Equal(HttpStatusCode.Created, stored.StatusCode);

        using var unpacking = new HttpClient(new HttpClientHandler { AutomaticDecompression = DecompressionMethods.GZip }) { BaseAddress = sample.Http.BaseAddress };
        Assert.Equal(body, await unpacking.GetByteArrayAsync("/objects/packed", Cancel));
    }

    [Fact]
    public async Task The_answer_says_where_the_object_is_and_which_it_is()
    {
        using var stored = await sample.Http.PutAsync("/objects/folder/a%20b", new StringContent("text"), Cancel);

        Assert.Equal("/objects/folder%2Fa%20b", stored.Headers.Location?.OriginalString);
        using var back = await sample.Http.GetAsync(stored.Headers.Location, Cancel);
        Assert.Equal((stored.Headers.ETag, "text"), (back.Headers.ETag, await back.Content.ReadAsStringAsync(Cancel)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refused_part_is_what_is_answered_and_no_part_is_left(bool isAbortRefusedToo)
    {
        var pass = Fault.Gate(Task.CompletedTask);
        sample.Aws.S3.Faults.Next(pass);
        sample.Aws.S3.Faults.Next(Fault.Error(403, "AccessDenied", "No part for you"));
        if (isAbortRefusedToo)
        {
            sample.Aws.S3.Faults.Next(Fault.Error(404, "NoSuchUpload", "No such upload"));
        }

        using var answer = await sample.Http.PutAsync("/objects/parts", new ByteArrayContent(new byte[TwoParts]), Cancel);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains("No part for you", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var s3 = Client();
        var left = (await s3.ListMultipartUploadsAsync(RunningSample.Bucket, Cancel)).MultipartUploads ?? [];
        if (isAbortRefusedToo)
        {
            Assert.Contains($"The parts of upload {Assert.Single(left).UploadId} may be left in the bucket", sample.Output, StringComparison.Ordinal);
            await s3.AbortMultipartUploadAsync(RunningSample.Bucket, "parts", left[0].UploadId, Cancel);
        }
        else
        {
            Assert.Empty(left);
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(TwoParts)]
    public async Task A_body_that_has_another_checksum_than_the_request_says_is_refused(int size)
    {
        var body = new byte[size];
        foreach (var (checksum, expected) in new[] { (CryptographicOperations.HashData(HashAlgorithmName.MD5, body), HttpStatusCode.Created), (CryptographicOperations.HashData(HashAlgorithmName.MD5, [1]), HttpStatusCode.BadRequest), ([1, 2], HttpStatusCode.BadRequest) })
        {
            await sample.Http.DeleteAsync("/objects/checked", Cancel);
            using var content = new ByteArrayContent(body) { Headers = { ContentMD5 = checksum } };
            using var answer = await sample.Http.PutAsync("/objects/checked", content, Cancel);

            Assert.Equal(expected, answer.StatusCode);
            Assert.Equal(expected == HttpStatusCode.Created, sample.Aws.S3.Keys(RunningSample.Bucket).Contains("checked"));
        }
    }

    [Theory]
    [InlineData("ZZZ\r\nhello\r\n")]
    [InlineData("5\r\nhelloXX\r\n")]
    public async Task A_malformed_chunk_is_a_400_and_nothing_is_logged(string chunks)
    {
        var before = sample.Output.Length;
        using var connection = new TcpClient();
        await connection.ConnectAsync(sample.Http.BaseAddress!.Host, sample.Http.BaseAddress.Port, Cancel);
        using var answers = new StreamReader(connection.GetStream(), Encoding.ASCII);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"PUT /objects/chunks HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"), Cancel);

        Assert.Equal("HTTP/1.1 400 Bad Request", await answers.ReadLineAsync(Cancel));
        Assert.DoesNotContain("   at ", sample.Output[before..], StringComparison.Ordinal);
        Assert.DoesNotContain("chunks", sample.Aws.S3.Keys(RunningSample.Bucket));
    }

    [Fact]
    public async Task A_client_that_sends_too_slowly_loses_its_place()
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(sample.Http.BaseAddress!.Host, sample.Http.BaseAddress.Port, Cancel);
        using var answers = new StreamReader(connection.GetStream(), Encoding.ASCII);
        await connection.GetStream().WriteAsync("PUT /objects/slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nx"u8.ToArray(), Cancel);

        Assert.Equal("HTTP/1.1 408 Request Timeout", await answers.ReadLineAsync(Cancel));
    }

    [Fact]
    public async Task An_object_that_has_more_parts_than_S3_takes_is_refused_before_its_first_byte()
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(sample.Http.BaseAddress!.Host, sample.Http.BaseAddress.Port, Cancel);
        using var answers = new StreamReader(connection.GetStream(), Encoding.ASCII);
        await connection.GetStream().WriteAsync("PUT /objects/huge HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 83886080001\r\n\r\n"u8.ToArray(), Cancel);

        Assert.Equal("HTTP/1.1 413 Payload Too Large", await answers.ReadLineAsync(Cancel));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(64 * 1024)]
    [InlineData((64 * 1024) + 1)]
    [InlineData(TwoParts)]
    public async Task A_body_of_unknown_length_comes_back_identical(int size)
    {
        var body = new byte[size];
        new Random(size).NextBytes(body);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/objects/unknown") { Content = new ByteArrayContent(body), Headers = { TransferEncodingChunked = true } };
        using var stored = await sample.Http.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.Created, stored.StatusCode);
        Assert.Equal(body, await sample.Http.GetByteArrayAsync("/objects/unknown", Cancel));
    }

    [Theory]
    [InlineData("in/report.csv", "attachment; filename=report.csv; filename*=UTF-8''report.csv")]
    [InlineData("a \"b\"é.txt", "attachment; filename=\"a \\\"b\\\"_.txt\"; filename*=UTF-8''a%20%22b%22%C3%A9.txt")]
    [InlineData("folder/", "attachment; filename=folder; filename*=UTF-8''folder")]
    [InlineData("in/folder//", "attachment; filename=folder; filename*=UTF-8''folder")]
    [InlineData("in/Aa-0_9..z", "attachment; filename=Aa-0_9..z; filename*=UTF-8''Aa-0_9..z")]
    public async Task A_download_is_saved_under_the_last_part_of_its_key(string key, string expected)
    {
        var address = "/objects/" + Uri.EscapeDataString(key);
        await sample.Http.PutAsync(address, new StringContent("x"), Cancel);
        using var back = await sample.Http.GetAsync(address, Cancel);

        Assert.Equal(expected, Assert.Single(back.Content.Headers.NonValidated["Content-Disposition"]));
    }

    /// <summary>The heap of a pod that may have 384 MiB: .NET takes three quarters of it.</summary>
    [Fact]
    public async Task More_uploads_than_there_is_memory_for_are_told_to_come_again()
    {
        const int Callers = 60;
        const int OfOneClient = 12;
        var body = new byte[(8 * 1024 * 1024) - 1];
        var gate = new TaskCompletionSource();
        await using var aws = await LocalAws.StartAsync(static options => options.Buckets.Add(RunningSample.Bucket), Cancel);
        var (process, http) = await SampleProcess.StartAsync(new Dictionary<string, string>(SampleProcess.VariablesOf(aws)) { ["DOTNET_GCHeapHardLimit"] = "0x12000000" });
        await using var ends = process;
        using var closes = http;
        aws.S3.Faults.Always(Fault.Gate(gate.Task));

        var waiting = Enumerable.Range(0, Callers).Select(SendAsync).ToList();
        var refused = new List<HttpResponseMessage>();
        while (refused.Count < Callers - OfOneClient)
        {
            var answer = await Task.WhenAny(waiting);
            waiting.Remove(answer);
            refused.Add(await answer);
        }

        gate.SetResult();
        var stored = await Task.WhenAll(waiting);

        Assert.All(refused, static answer => Assert.Equal((HttpStatusCode.ServiceUnavailable, "2"), (answer.StatusCode, answer.Headers.RetryAfter?.ToString())));
        Assert.Contains("Too many uploads", await refused[0].Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.All(stored, static answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));

        Task<HttpResponseMessage> SendAsync(int caller)
        {
            var request = new HttpRequestMessage(HttpMethod.Put, $"/objects/{caller}") { Content = new ByteArrayContent(body), Headers = { ExpectContinue = true, TransferEncodingChunked = true } };
            return http.SendAsync(request, Cancel);
        }
    }

    [Fact]
    public async Task A_small_upload_holds_little_memory_while_its_bytes_are_waited_for()
    {
        var (process, http) = await SampleProcess.StartAsync(new Dictionary<string, string>(SampleProcess.VariablesOf(sample.Aws)) { ["DOTNET_GCHeapHardLimit"] = "0x5000000" });
        await using var ends = process;
        using var closes = http;
        var callers = new List<(TcpClient Connection, StreamReader Answers)>();
        for (var i = 0; i < 12; i++)
        {
            var connection = new TcpClient();
            await connection.ConnectAsync(http.BaseAddress!.Host, http.BaseAddress.Port, Cancel);
            callers.Add((connection, new StreamReader(connection.GetStream(), Encoding.ASCII)));
            await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"PUT /objects/small-{i} HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n"), Cancel);
        }

        foreach (var (_, answers) in callers)
        {
            // The service asks for the body once it has the room for it.
            Assert.Equal("HTTP/1.1 100 Continue", await answers.ReadLineAsync(Cancel));
            Assert.Empty(await answers.ReadLineAsync(Cancel) ?? "end");
        }

        foreach (var (connection, answers) in callers)
        {
            await connection.GetStream().WriteAsync("0123456789"u8.ToArray(), Cancel);
            Assert.Equal("HTTP/1.1 201 Created", await answers.ReadLineAsync(Cancel));
            connection.Dispose();
        }
    }

    private async Task<HttpResponseMessage> PutAsync(string path, ByteArrayContent content, string type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = content };
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return await sample.Http.SendAsync(request, Cancel);
    }

    private AmazonS3Client Client()
    {
        var config = new AmazonS3Config();
        sample.Aws.Configure(config);
        return new AmazonS3Client(new WebIdentityTokenCredentials(Options()), config);
    }

    private IrsaOptions Options()
    {
        var options = new IrsaOptions();
        sample.Aws.Configure(options);
        return options;
    }
}
