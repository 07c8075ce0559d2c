using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.IntegrationTests.TestDouble;

public sealed class LocalS3Tests : IAsyncLifetime
{
    private const string Bucket = "test-bucket";
    private LocalAws _aws = null!;
    private WebIdentityTokenCredentials _credentials = null!;
    private AmazonS3Client _s3 = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(options => options.Buckets.Add(Bucket), Cancel);
        _credentials = CredentialsFor(_aws);
        _s3 = ClientFor(_credentials);
    }

    public async ValueTask DisposeAsync()
    {
        _s3.Dispose();
        await _credentials.DisposeAsync();
        await _aws.DisposeAsync();
    }

    public static TheoryData<string> OddKeys =>
    [
        "plain.txt", "a/b/c.txt", "with space.txt", "plus+plus", "percent%2Fslash", "ünïcödé/日本語/🙂", "trailing/",
        "..", "../up", "a/../b", "a/./b", ".", "a//b", "question?mark", "hash#", "amp&er=sand", "quote'\"", "tilde~star*()!", new string('x', 1024),
    ];

    [Theory]
    [MemberData(nameof(OddKeys))]
    public async Task An_object_is_stored_and_returned_under_exactly_its_key(string key)
    {
        await _s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = key, ContentBody = key }, Cancel);

        Assert.Equal([key], _aws.S3.Keys(Bucket));
        using var response = await _s3.GetObjectAsync(Bucket, key, Cancel);
        Assert.Equal(key, await new StreamReader(response.ResponseStream).ReadToEndAsync(Cancel));
        var listed = await _s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket }, Cancel);
        Assert.Equal(key, Assert.Single(listed.S3Objects).Key);
        await _s3.DeleteObjectAsync(Bucket, key, Cancel);
        Assert.Empty(_aws.S3.Keys(Bucket));
    }

    /// <summary>https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html</summary>
    [Fact]
    public async Task A_deletion_under_a_condition_takes_only_the_object_that_was_meant()
    {
        var stored = await _s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "key", ContentBody = "one" }, Cancel);

        var refused = await Assert.ThrowsAsync<AmazonS3Exception>(() => _s3.DeleteObjectAsync(new DeleteObjectRequest { BucketName = Bucket, Key = "key", IfMatch = "\"other\"" }, Cancel));
        Assert.Equal((HttpStatusCode.PreconditionFailed, "PreconditionFailed"), (refused.StatusCode, refused.ErrorCode));
        Assert.Equal(["key"], _aws.S3.Keys(Bucket));

        await _s3.DeleteObjectAsync(new DeleteObjectRequest { BucketName = Bucket, Key = "key", IfMatch = stored.ETag }, Cancel);
        Assert.Empty(_aws.S3.Keys(Bucket));
    }

    [Theory]
    [InlineData("/leading")]
    [InlineData("//twice")]
    public async Task A_key_with_a_leading_slash_is_refused_and_never_becomes_another_object(string key)
    {
        // The SDK signs the slash for path-style addresses, but does not send it.
        var refused = await Assert.ThrowsAnyAsync<AmazonS3Exception>(
            () => _s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = key, ContentBody = key }, Cancel));

        Assert.Equal("SignatureDoesNotMatch", refused.ErrorCode);
        Assert.Empty(_aws.S3.Keys(Bucket));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5 * 1024 * 1024)]
    public async Task A_body_of_any_size_comes_back_identical_in_every_way_of_sending_it(int size)
    {
        var body = new byte[size];
        Random.Shared.NextBytes(body);
        foreach (var (chunked, checksum) in new[] { (true, true), (true, false), (false, true), (false, false) })
        {
            using var s3 = ClientFor(_credentials, checksum ? RequestChecksumCalculation.WHEN_SUPPORTED : RequestChecksumCalculation.WHEN_REQUIRED);
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "body", InputStream = new MemoryStream(body), UseChunkEncoding = chunked }, Cancel);
            using var response = await s3.GetObjectAsync(Bucket, "body", Cancel);
            using var read = new MemoryStream();
            await response.ResponseStream.CopyToAsync(read, Cancel);
            Assert.Equal(body, read.ToArray());
        }
    }

    [Theory]
    [InlineData("CRC32")]
    [InlineData("CRC32C")]
    [InlineData("CRC64NVME")]
    [InlineData("SHA1")]
    [InlineData("SHA256")]
    public async Task Each_trailing_checksum_is_verified_and_returned(string algorithm)
    {
        PutObjectResponse put;
        try
        {
            put = await _s3.PutObjectAsync(
                new PutObjectRequest { BucketName = Bucket, Key = "sum", ContentBody = "123456789", ChecksumAlgorithm = new ChecksumAlgorithm(algorithm) },
                Cancel);
        }
        catch (AWSCommonRuntimeException)
        {
            Assert.Skip("The oldest SDK that is supported needs a package of its own for this checksum.");
            throw;
        }

        string?[] returned = [put.ChecksumCRC32, put.ChecksumCRC32C, put.ChecksumCRC64NVME, put.ChecksumSHA1, put.ChecksumSHA256];
        Assert.Single(returned, static value => value is not null);
    }

    [Theory]
    [InlineData("bytes=0-3", "0123", 206)]
    [InlineData("bytes=7-", "789", 206)]
    [InlineData("bytes=-2", "89", 206)]
    [InlineData("bytes=5-999", "56789", 206)]
    public async Task A_range_returns_that_part(string range, string expected, int status)
    {
        await _s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "range", ContentBody = "0123456789" }, Cancel);
        var url = await _s3.GetPreSignedURLAsync(new GetPreSignedUrlRequest { BucketName = Bucket, Key = "range", Expires = TimeProvider.System.GetUtcNow().AddMinutes(5).UtcDateTime, Protocol = Protocol.HTTP });

        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Add("Range", range);
        using var response = await http.SendAsync(request, Cancel);

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.Equal(expected, await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task A_listing_pages_through_prefixes_and_keys_in_order()
    {
        foreach (var key in new[] { "a.txt", "b/1", "b/2", "b/sub/3", "c.txt", "d/4" })
        {
            await _s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = key, ContentBody = "x" }, Cancel);
        }

        var seen = new List<string>();
        string? token = null;
        do
        {
            var page = await _s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket, Delimiter = "/", MaxKeys = 1, ContinuationToken = token }, Cancel);
            seen.AddRange(page.S3Objects?.Select(static item => item.Key) ?? []);
            seen.AddRange(page.CommonPrefixes ?? []);
            token = page.NextContinuationToken;
        }
        while (token is not null);

        Assert.Equal(["a.txt", "b/", "c.txt", "d/"], seen);
    }

    [Fact]
    public async Task A_multipart_upload_becomes_one_object()
    {
        var body = new byte[12 * 1024 * 1024];
        Random.Shared.NextBytes(body);
        using var transfer = new TransferUtility(_s3, new TransferUtilityConfig { MinSizeBeforePartUpload = 5 * 1024 * 1024 });

        await transfer.UploadAsync(new TransferUtilityUploadRequest { BucketName = Bucket, Key = "big", InputStream = new MemoryStream(body), PartSize = 5 * 1024 * 1024 }, Cancel);

        using var response = await _s3.GetObjectAsync(Bucket, "big", Cancel);
        using var read = new MemoryStream();
        await response.ResponseStream.CopyToAsync(read, Cancel);
        Assert.Equal(body, read.ToArray());
        Assert.EndsWith("-3\"", response.ETag, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copy_head_and_delete_many_work()
    {
        var put = new PutObjectRequest { BucketName = Bucket, Key = "from ü", ContentBody = "copy me", ContentType = "text/plain" };
        put.Metadata.Add("purpose", "test");
        await _s3.PutObjectAsync(put, Cancel);
        await _s3.CopyObjectAsync(Bucket, "from ü", Bucket, "to+", Cancel);

        var head = await _s3.GetObjectMetadataAsync(Bucket, "to+", Cancel);
        Assert.Equal(("text/plain", "test", 7L), (head.Headers.ContentType, head.Metadata["purpose"], head.ContentLength));

        await _s3.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = Bucket, Objects = [new() { Key = "from ü" }, new() { Key = "to+" }] }, Cancel);
        Assert.Empty(_aws.S3.Keys(Bucket));
    }

    [Fact]
    public async Task Buckets_are_created_listed_and_deleted_with_S3s_own_errors()
    {
        await _s3.PutBucketAsync("another-bucket", Cancel);
        Assert.Equal(["another-bucket", Bucket], (await _s3.ListBucketsAsync(Cancel)).Buckets.Select(static bucket => bucket.BucketName));
        var again = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => _s3.PutBucketAsync("another-bucket", Cancel));
        Assert.Equal("BucketAlreadyOwnedByYou", again.ErrorCode);
        await _s3.DeleteBucketAsync("another-bucket", Cancel);
        var missing = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => _s3.GetObjectAsync("another-bucket", "x", Cancel));
        Assert.Equal(("NoSuchBucket", HttpStatusCode.NotFound), (missing.ErrorCode, missing.StatusCode));
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("Upper")]
    [InlineData("-ab")]
    [InlineData("ab-")]
    [InlineData("a_b")]
    [InlineData("a..b")]
    [InlineData("192.168.5.4")]
    [InlineData("xn--bucket")]
    [InlineData("sthree-bucket")]
    [InlineData("amzn-s3-demo-bucket")]
    [InlineData("bucket-s3alias")]
    [InlineData("bucket--ol-s3")]
    [InlineData("bucket.mrap")]
    [InlineData("bucket--x-s3")]
    [InlineData("bucket--table-s3")]
    public void An_invalid_bucket_name_is_refused(string name)
    {
        Assert.Throws<ArgumentException>(() => _aws.S3.CreateBucket(name));
        Assert.Equal([Bucket], _aws.S3.Buckets);
    }

    [Fact]
    public async Task A_client_cannot_create_a_bucket_with_an_invalid_name()
    {
        var refused = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => _s3.PutBucketAsync("a..b", Cancel));

        Assert.Equal(("InvalidBucketName", HttpStatusCode.BadRequest), (refused.ErrorCode, refused.StatusCode));
    }

    [Fact]
    public async Task Key_and_token_of_two_sessions_are_refused()
    {
        await using var other = CredentialsFor(_aws);
        var (one, two) = (await _credentials.GetCredentialsAsync(Cancel), await other.GetCredentialsAsync(Cancel));
        using var torn = ClientFor(new SessionAWSCredentials(one.AccessKey, one.SecretKey, two.Token));

        var refused = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => torn.ListBucketsAsync(Cancel));

        Assert.Equal("InvalidToken", refused.ErrorCode);
    }

    [Theory]
    [InlineData("AKIAUNKNOWN", "secret", "InvalidAccessKeyId")]
    [InlineData(null, "not the secret", "SignatureDoesNotMatch")]
    public async Task Foreign_keys_are_refused(string? key, string secret, string expected)
    {
        var own = await _credentials.GetCredentialsAsync(Cancel);
        using var foreign = ClientFor(new SessionAWSCredentials(key ?? own.AccessKey, secret, own.Token));

        var refused = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => foreign.ListBucketsAsync(Cancel));

        Assert.Equal(expected, refused.ErrorCode);
    }

    [Fact]
    public async Task A_request_that_was_changed_after_signing_is_refused()
    {
        var url = await _s3.GetPreSignedURLAsync(new GetPreSignedUrlRequest { BucketName = Bucket, Key = "mine", Expires = TimeProvider.System.GetUtcNow().AddMinutes(5).UtcDateTime, Protocol = Protocol.HTTP, Verb = HttpVerb.PUT });
        using var http = new HttpClient();

        using var response = await http.PutAsync(url.Replace("/mine?", "/yours?", StringComparison.Ordinal), new StringContent("x"), Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("SignatureDoesNotMatch", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Empty(_aws.S3.Keys(Bucket));
    }

    [Fact]
    public async Task An_upload_with_a_wrong_checksum_leaves_the_old_object()
    {
        await _s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "kept", ContentBody = "old" }, Cancel);

        var put = new PutObjectRequest { BucketName = Bucket, Key = "kept", ContentBody = "new", ChecksumSHA256 = Convert.ToBase64String(new byte[32]) };
        await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => _s3.PutObjectAsync(put, Cancel));

        using var response = await _s3.GetObjectAsync(Bucket, "kept", Cancel);
        Assert.Equal("old", await new StreamReader(response.ResponseStream, Encoding.UTF8).ReadToEndAsync(Cancel));
    }

    [Fact]
    public async Task A_test_reads_an_object_back_with_its_content_type_and_metadata()
    {
        var put = new PutObjectRequest { BucketName = Bucket, Key = "folder/ä b", ContentBody = "grüße", ContentType = "text/plain" };
        put.Metadata.Add("purpose", "test");
        var answer = await _s3.PutObjectAsync(put, Cancel);

        var stored = _aws.S3.GetObject(Bucket, "folder/ä b")!;

        Assert.Equal(("folder/ä b", "grüße", "text/plain", answer.ETag), (stored.Key, stored.Text, stored.ContentType, stored.ETag));
        Assert.Equal("test", stored.Metadata["Purpose"]);
        Assert.Null(_aws.S3.GetObject(Bucket, "absent"));
        Assert.Contains("'absent'", Assert.Throws<ArgumentException>(() => _aws.S3.GetObject("absent", "key")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Objects_in_a_folder_survive_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("irsa-test-").FullName;
        for (var run = 0; run < 2; run++)
        {
            await using var aws = await LocalAws.StartAsync(options => options.ObjectFolder = folder, Cancel);
            await using var credentials = CredentialsFor(aws);
            using var s3 = ClientFor(credentials, aws: aws);
            if (run == 0)
            {
                await s3.PutBucketAsync(Bucket, Cancel);
                await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "../kept", ContentBody = "still here" }, Cancel);
            }
            else
            {
                using var response = await s3.GetObjectAsync(Bucket, "../kept", Cancel);
                Assert.Equal("still here", await new StreamReader(response.ResponseStream).ReadToEndAsync(Cancel));
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    public static TheoryData<string, Action<JsonObject, string>> Tampered => new()
    {
        { "path", static (index, outside) => index["BlobName"] = outside },
        { "relative path", static (index, outside) => index["BlobName"] = Path.Combine("..", Path.GetFileName(outside)) },
        { "length", static (index, _) => index["Length"] = 1 },
        { "key", static (index, _) => index["Key"] = "other" },
        { "no key", static (index, _) => index["Key"] = null },
        { "header", static (index, _) => index["Headers"]!["x-amz-meta-a\r\nX-Injected"] = "1" },
        { "other header", static (index, _) => index["Headers"]!["Set-Cookie"] = "1" },
        { "entity tag", static (index, _) => index["ETag"] = "\"a\r\n\"" },
        { "parts", static (index, _) => index["PartLengths"] = new JsonArray(-1, 7) },
        { "kind of a field", static (index, _) => index["Headers"] = 5 },
    };

    [Theory]
    [MemberData(nameof(Tampered))]
    public async Task An_index_that_was_tampered_with_ends_the_start_and_names_the_file(string what, Action<JsonObject, string> tamper)
    {
        Assert.NotEmpty(what);
        var folder = Directory.CreateTempSubdirectory("irsa-test-").FullName;
        await using (var aws = await LocalAws.StartAsync(options => options.ObjectFolder = folder, Cancel))
        {
            await using var credentials = CredentialsFor(aws);
            using var s3 = ClientFor(credentials, aws: aws);
            aws.S3.CreateBucket(Bucket);
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "key", ContentBody = "secret" }, Cancel);
        }

        var outside = Path.Combine(folder, "outside");
        await File.WriteAllTextAsync(outside, "secret", Cancel);
        var file = Assert.Single(Directory.GetFiles(Path.Combine(folder, "index", Bucket), "*.json"));
        var index = JsonNode.Parse(await File.ReadAllTextAsync(file, Cancel))!.AsObject();
        tamper(index, outside);
        await File.WriteAllTextAsync(file, index.ToJsonString(), Cancel);

        var refused = await Assert.ThrowsAnyAsync<IOException>(() => LocalAws.StartAsync(options => options.ObjectFolder = folder, Cancel));

        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Links_in_the_folder_are_not_followed()
    {
        var folder = Directory.CreateTempSubdirectory("irsa-test-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "index"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "index", Bucket), Path.GetTempPath());

        var refused = await Assert.ThrowsAnyAsync<IOException>(() => LocalAws.StartAsync(options => options.ObjectFolder = folder, Cancel));

        Assert.Contains("is not the directory of a bucket", refused.Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    private static WebIdentityTokenCredentials CredentialsFor(LocalAws aws)
    {
        var options = new IrsaOptions();
        aws.Configure(options);
        return new WebIdentityTokenCredentials(options);
    }

    private AmazonS3Client ClientFor(AWSCredentials credentials, RequestChecksumCalculation checksums = RequestChecksumCalculation.WHEN_SUPPORTED, LocalAws? aws = null)
    {
        var config = new AmazonS3Config { MaxErrorRetry = 0, RequestChecksumCalculation = checksums };
        (aws ?? _aws).Configure(config);
        return new AmazonS3Client(credentials, config);
    }
}
