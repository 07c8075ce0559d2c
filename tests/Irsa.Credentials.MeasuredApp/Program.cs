using Amazon.S3;
using Irsa.Credentials.MeasuredApp;

// start: the first credentials and the first object from servers in another process, with the CPU time of this process at each.
// requests COUNT: as many signed S3 GETs against AWS inside of this process, for counting instructions.
switch (args)
{
    case ["start"]:
        await StartAsync();
        return 0;
    case ["requests", var count]:
        await RequestAsync(int.Parse(count, System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    default:
        Console.Error.WriteLine("start | requests COUNT");
        return 2;
}

static async Task StartAsync()
{
    var createS3Client = await MeasuredProvider.StartAsync(aws: null);
    Report("credentials");
    using var s3 = createS3Client(static config =>
    {
        config.ServiceURL = Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL_S3");
        config.AuthenticationRegion = Environment.GetEnvironmentVariable("AWS_REGION");
    });
    await GetAsync(s3);
    Report("object");
}

static async Task RequestAsync(int count)
{
    using var aws = new InMemoryAws(TimeProvider.System);
    var createS3Client = await MeasuredProvider.StartAsync(aws);
    using var s3 = createS3Client(aws.Configure);
    for (var i = 0; i < count; i++)
    {
        await GetAsync(s3);
    }
}

static async Task GetAsync(IAmazonS3 s3)
{
    using var response = await s3.GetObjectAsync("bucket", "key");
    await response.ResponseStream.CopyToAsync(Stream.Null);
}

static void Report(string milestone) =>
    Console.WriteLine(FormattableString.Invariant($"{milestone} {Environment.CpuUsage.TotalTime.TotalMicroseconds:0}"));
