using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SQS;
using Irsa.Credentials.Benchmarks.Measuring;
using Irsa.Credentials.MeasuredApp;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.Benchmarks.Requests;

/// <summary>The process of one provider: makes requests as it is told, and answers with their cost.</summary>
internal static class RequestWorker
{
    public const string StaticKeys = "Static session keys";
    private const string Stock = "Stock";
    private const string Ours = "Irsa.Credentials";
    private const string WholeProcess = "Irsa.Credentials, whole process";
    private const string BesideContainer = "Static session keys, beside a container with registrations: ";

    /// <summary>Gets what is measured; the first is what the others are compared with.</summary>
    public static IReadOnlyList<string> Providers { get; } =
        [StaticKeys, Stock, Ours, WholeProcess, BesideContainer + "3", BesideContainer + "300", BesideContainer + "3000"];

    public static IReadOnlyList<string> Operations { get; } = ["S3 GET", "S3 PUT", "SQS SendMessage", "DynamoDB GetItem"];

    /// <summary>Reads lines "OPERATION COUNT" until the input ends, and answers each with the CPU time in microseconds and the bytes of one request.</summary>
    public static async Task RunAsync(string provider)
    {
        using var aws = new InMemoryAws(TimeProvider.System);
        var (credentials, container) = await StartAsync(provider, aws);
        using var s3 = Create(credentials, aws, new AmazonS3Config(), static (keys, config) => keys is null ? new AmazonS3Client(config) : new AmazonS3Client(keys, config));
        using var sqs = Create(credentials, aws, new AmazonSQSConfig(), static (keys, config) => keys is null ? new AmazonSQSClient(config) : new AmazonSQSClient(keys, config));
        using var dynamoDb = Create(credentials, aws, new AmazonDynamoDBConfig(), static (keys, config) => keys is null ? new AmazonDynamoDBClient(config) : new AmazonDynamoDBClient(keys, config));
        var body = new byte[1024];
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var space = line.LastIndexOf(' ');
            var count = int.Parse(line.AsSpan(space + 1), CultureInfo.InvariantCulture);
            Func<Task> request = line[..space] switch
            {
                "S3 GET" => () => GetAsync(s3),
                "S3 PUT" => () => s3.PutObjectAsync(new PutObjectRequest { BucketName = "bucket", Key = "key", InputStream = new MemoryStream(body) }),
                "SQS SendMessage" => () => sqs.SendMessageAsync("https://sqs.eu-central-1.amazonaws.com/111122223333/queue", "hello"),
                _ => () => dynamoDb.GetItemAsync("table", new Dictionary<string, AttributeValue> { ["id"] = new("1") }),
            };
            var bytesBefore = GC.GetTotalAllocatedBytes(precise: true);
            var cpuBefore = CpuTime.Microseconds;
            for (var i = 0; i < count; i++)
            {
                await request();
            }

            var (cpu, bytes) = (CpuTime.Microseconds - cpuBefore, GC.GetTotalAllocatedBytes(precise: true) - bytesBefore);
            Console.WriteLine(FormattableString.Invariant($"{cpu / count} {(double)bytes / count}"));
        }

        GC.KeepAlive(container);
    }

    private static async Task GetAsync(AmazonS3Client s3)
    {
        using var response = await s3.GetObjectAsync("bucket", "key");
        await response.ResponseStream.CopyToAsync(Stream.Null);
    }

    private static TClient Create<TClient, TConfig>(AWSCredentials? credentials, InMemoryAws aws, TConfig config, Func<AWSCredentials?, TConfig, TClient> create)
        where TConfig : ClientConfig
    {
        aws.Configure(config);
        return create(credentials, config);
    }

    /// <returns>The credentials, null where clients are to find the identity of the whole process; and the container, which the library knows weakly.</returns>
    private static async Task<(AWSCredentials? Credentials, IServiceProvider? Container)> StartAsync(string provider, InMemoryAws aws)
    {
        var keys = new SessionAWSCredentials(InMemoryAws.AccessKeyId, InMemoryAws.SecretAccessKey, InMemoryAws.SessionToken, InMemoryAws.AccountId);
        switch (provider)
        {
            case StaticKeys:
                return (keys, null);
            case Stock:
                StockProvider.UseForSts(aws);
                var stock = AssumeRoleWithWebIdentityCredentials.FromEnvironmentVariables();
                await stock.GetCredentialsAsync();
                return (stock, null);
            case Ours or WholeProcess:
                var ours = new WebIdentityTokenCredentials(new IrsaOptions { ConfigureSts = aws.Configure });
                await ours.GetCredentialsAsync();
                _ = provider == WholeProcess ? ours.UseForWholeProcess() : ours;
                return (provider == WholeProcess ? null : ours, null);
            default:
                return (keys, await StartContainerAsync(int.Parse(provider[BesideContainer.Length..], CultureInfo.InvariantCulture), aws));
        }
    }

    /// <summary>A container with one client that a factory makes: what such a client signs with shows only when it does, so the library looks at every request.</summary>
    private static async Task<IServiceProvider> StartContainerAsync(int registrations, InMemoryAws aws)
    {
        var services = new ServiceCollection();
        services.AddIrsaAws(options => options.ConfigureSts = aws.Configure).AddClient<IAmazonS3, ClientConfig>(aws.Configure);
        services.AddSingleton<IAmazonSQS>(static provider => new AmazonSQSClient(provider.GetRequiredService<AWSCredentials>(), new AmazonSQSConfig()));
        for (var i = 0; i < registrations; i++)
        {
            services.AddKeyedSingleton<object>(i);
        }

        var container = services.BuildServiceProvider().VerifyIrsaAws();
        await container.GetRequiredService<WebIdentityTokenCredentials>().GetCredentialsAsync();
        _ = container.GetRequiredService<IAmazonSQS>();
        return container;
    }
}
