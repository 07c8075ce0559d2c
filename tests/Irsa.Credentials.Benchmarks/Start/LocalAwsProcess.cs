using Amazon.S3;
using Amazon.S3.Model;
using Irsa.Credentials.Benchmarks.Measuring;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.Benchmarks.Start;

/// <summary>LocalAws in a process of its own, so that the measured process is charged for its own work only.</summary>
internal sealed class LocalAwsProcess : IDisposable
{
    private readonly WorkerProcess _process;

    private LocalAwsProcess(WorkerProcess process, Dictionary<string, string> environment)
    {
        _process = process;
        Environment = environment;
    }

    /// <summary>Gets the variables of a pod that uses it.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    public static async Task<LocalAwsProcess> StartAsync()
    {
        var process = WorkerProcess.Start(["local-aws"], []);
        var environment = new Dictionary<string, string>();
        while (await process.ReadLineAsync() is { Length: > 0 } line)
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            environment[line[..equals]] = line[(equals + 1)..];
        }

        return new LocalAwsProcess(process, environment);
    }

    /// <summary>What that process does: prints the variables and an empty line, and serves until its input ends.</summary>
    public static async Task RunAsync()
    {
        await using var aws = await LocalAws.StartAsync(static options => options.Buckets.Add("bucket"));
        var options = new IrsaOptions();
        aws.Configure(options);
        await using (var credentials = new WebIdentityTokenCredentials(options))
        {
            using var s3 = new AmazonS3Client(credentials, new AmazonS3Config { ServiceURL = aws.S3.Endpoint.AbsoluteUri, AuthenticationRegion = aws.Region });
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = "bucket", Key = "key", ContentBody = new string('x', 1024) });
        }

        foreach (var (name, value) in aws.Environment)
        {
            Console.WriteLine($"{name}={value}");
        }

        Console.WriteLine($"AWS_ENDPOINT_URL_STS={aws.Sts.Endpoint}");
        Console.WriteLine($"AWS_ENDPOINT_URL_S3={aws.S3.Endpoint}");
        Console.WriteLine();
        await Console.In.ReadToEndAsync();
    }

    public void Dispose() => _process.Dispose();
}
