using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SQS;
using Irsa.Credentials.Benchmarks.Measuring;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.PerformanceTests;

/// <summary>A signed request compared with one that is signed with static session keys.</summary>
public sealed class SignedRequestTests : IDisposable
{
    private const int Requests = 200;

    private readonly InMemoryPod _pod = new();

    public static TheoryData<string> Operations => ["S3 GET", "S3 PUT", "SQS SendMessage", "DynamoDB GetItem"];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_signed_request_allocates_no_more_than_one_with_static_session_keys(string operation)
    {
        await using var credentials = await _pod.CreateCredentialsAsync();

        var floor = BytesOf(operation, InMemoryPod.StaticKeys);
        var ours = BytesOf(operation, credentials);

        Assert.InRange(ours, 1, floor);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_request_of_another_client_allocates_nothing_more_beside_a_container_with_3000_registrations(string operation)
    {
        var alone = BytesOf(operation, InMemoryPod.StaticKeys);
        var services = new ServiceCollection();
        services.AddIrsaAws(_pod.Configure);

        // What a client that the container makes signs with shows only when it does, so the library looks at every request.
        services.AddSingleton(Configured(new AmazonSQSConfig()));
        services.AddSingleton<IAmazonSQS, AmazonSQSClient>();
        for (var i = 0; i < 3000; i++)
        {
            services.AddKeyedSingleton<object>(i);
        }

        await using var container = services.BuildServiceProvider();
        container.VerifyIrsaAws();
        _ = container.GetRequiredService<IAmazonSQS>();

        var beside = BytesOf(operation, InMemoryPod.StaticKeys);

        Assert.InRange(beside, 1, alone);
    }

    [Fact]
    public async Task A_thousand_signed_requests_ask_STS_once()
    {
        await using var credentials = await _pod.CreateCredentialsAsync();
        using var s3 = CreateS3(credentials);

        for (var i = 0; i < 1000; i++)
        {
            Get(s3);
        }

        Assert.Equal(1, _pod.Aws.StsCalls);
    }

    [Fact]
    public async Task A_signed_request_of_a_native_program_takes_at_most_half_a_percent_more_instructions_than_with_static_session_keys()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && MeasuredPrograms.Find("valgrind") is not null, "Instructions are counted by valgrind: install Debian's package \"valgrind\".");
        Assert.SkipUnless(
            MeasuredPrograms.Find("clang") is not null || MeasuredPrograms.Find("gcc") is not null,
            "A native file needs a linker: install Debian's packages \"gcc\", \"libc6-dev\" and \"zlib1g-dev\".");
        using var token = new TokenFileForWorkers();

        var program = await MeasuredPrograms.PublishAsync(MeasuredForm.Native, "OursOrStatic", TestContext.Current.CancellationToken);
        var floor = await CountAsync("Static", program, token);
        var ours = await CountAsync("Ours", program, token);

        Assert.InRange(ours, 1, floor * 1.005);
    }

    public void Dispose() => _pod.Dispose();

    private static Task<double> CountAsync(string provider, string program, TokenFileForWorkers token) => InstructionCount.OfRequestAsync(
        program,
        new Dictionary<string, string>(token.Environment) { ["MEASURED_PROVIDER"] = provider },
        TestContext.Current.CancellationToken);

    /// <summary>The bytes that one request allocates.</summary>
    private long BytesOf(string operation, AWSCredentials credentials)
    {
        using var s3 = CreateS3(credentials);
        using var sqs = new AmazonSQSClient(credentials, Configured(new AmazonSQSConfig()));
        using var dynamoDb = new AmazonDynamoDBClient(credentials, Configured(new AmazonDynamoDBConfig()));
        var body = new byte[1024];
        Action request = operation switch
        {
            "S3 GET" => () => Get(s3),
            "S3 PUT" => () => Finish(s3.PutObjectAsync(new PutObjectRequest { BucketName = "bucket", Key = "key", InputStream = new MemoryStream(body) })),
            "SQS SendMessage" => () => Finish(sqs.SendMessageAsync("https://sqs.eu-central-1.amazonaws.com/111122223333/queue", "hello")),
            _ => () => Finish(dynamoDb.GetItemAsync("table", new Dictionary<string, AttributeValue> { ["id"] = new("1") })),
        };
        var bytes = new long[Requests];
        for (var i = 0; i < Requests; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            request();
            bytes[i] = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // Most requests are the same; a few fill a cache, or renew what somebody keeps for a second.
        Array.Sort(bytes);
        return bytes[Requests / 2];
    }

    private AmazonS3Client CreateS3(AWSCredentials credentials) => new(credentials, Configured(new AmazonS3Config()));

    private TConfig Configured<TConfig>(TConfig config)
        where TConfig : ClientConfig
    {
        config.RegionEndpoint = Amazon.RegionEndpoint.EUCentral1;
        _pod.Aws.Configure(config);
        return config;
    }

    private static void Get(AmazonS3Client s3)
    {
        using var response = Finish(s3.GetObjectAsync("bucket", "key"));
        response.ResponseStream.CopyTo(Stream.Null);
    }

    /// <summary>A request that left this thread would hide its bytes.</summary>
    private static T Finish<T>(Task<T> request)
    {
        Assert.True(request.IsCompleted, "The request left its thread.");
        return request.GetAwaiter().GetResult();
    }
}
