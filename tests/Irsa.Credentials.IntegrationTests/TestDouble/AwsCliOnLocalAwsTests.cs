using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.IntegrationTests.TestDouble;

/// <summary>The AWS command line, a client that shares no code with this repository or the .NET SDK, against LocalAws.</summary>
public sealed class AwsCliOnLocalAwsTests
{
    private readonly Dictionary<string, string> _variables = new() { ["AWS_EC2_METADATA_DISABLED"] = "true", ["AWS_PAGER"] = string.Empty };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_exchanges_a_token_and_puts_gets_lists_presigns_copies_and_uploads_in_parts()
    {
        Assert.SkipUnless(IsInstalled(), "The aws command line is not installed; on Debian: apt-get install awscli");
        await using var aws = await LocalAws.StartAsync(cancellationToken: Cancel);
        var folder = Directory.CreateTempSubdirectory("irsa-test-").FullName;
        _variables["AWS_DEFAULT_REGION"] = aws.Region;

        using var answer = JsonDocument.Parse(await RunAsync(
            "sts", "assume-role-with-web-identity", "--endpoint-url", aws.Sts.Endpoint.AbsoluteUri, "--role-arn", aws.RoleArn, "--role-session-name", "cli",
            "--web-identity-token", await File.ReadAllTextAsync(aws.Tokens.Path, Cancel), "--output", "json"));
        var keys = answer.RootElement.GetProperty("Credentials");
        _variables["AWS_ACCESS_KEY_ID"] = keys.GetProperty("AccessKeyId").GetString()!;
        _variables["AWS_SECRET_ACCESS_KEY"] = keys.GetProperty("SecretAccessKey").GetString()!;
        _variables["AWS_SESSION_TOKEN"] = keys.GetProperty("SessionToken").GetString()!;
        Assert.Contains("assumed-role/local-app/cli", await RunAsync("sts", "get-caller-identity", "--endpoint-url", aws.Sts.Endpoint.AbsoluteUri), StringComparison.Ordinal);

        var big = Path.Combine(folder, "big");
        await File.WriteAllBytesAsync(big, RandomNumberGenerator.GetBytes(20 * 1024 * 1024), Cancel);
        var small = Path.Combine(folder, "small");
        await File.WriteAllTextAsync(small, "small", Cancel);
        await S3Async("s3", "mb", "s3://cli-bucket");
        await S3Async("s3", "cp", big, "s3://cli-bucket/in parts/big+ü");
        await S3Async("s3", "cp", small, "s3://cli-bucket/small");
        await S3Async("s3", "cp", "s3://cli-bucket/in parts/big+ü", Path.Combine(folder, "back"));
        Assert.Equal(await File.ReadAllBytesAsync(big, Cancel), await File.ReadAllBytesAsync(Path.Combine(folder, "back"), Cancel));

        Assert.Contains("PRE in parts/", await S3Async("s3", "ls", "s3://cli-bucket/"), StringComparison.Ordinal);
        Assert.Contains("big+ü", await S3Async("s3", "ls", "--recursive", "s3://cli-bucket/"), StringComparison.Ordinal);
        using var http = new HttpClient();
        Assert.Equal("small", await http.GetStringAsync((await S3Async("s3", "presign", "s3://cli-bucket/small")).Trim(), Cancel));
        await S3Async("s3", "cp", "s3://cli-bucket/small", "s3://cli-bucket/copy");
        await S3Async("s3", "rm", "--recursive", "s3://cli-bucket/");
        await S3Async("s3", "rb", "s3://cli-bucket");
        Assert.Empty(aws.S3.Buckets);
        Directory.Delete(folder, recursive: true);

        Task<string> S3Async(params string[] arguments) => RunAsync([.. arguments, "--endpoint-url", aws.S3.Endpoint.AbsoluteUri]);
    }

    internal static bool IsInstalled()
    {
        try
        {
            using var version = Process.Start(new ProcessStartInfo("aws", "--version") { RedirectStandardOutput = true, RedirectStandardError = true })!;
            version.WaitForExit();
            return version.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("aws", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in _variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Cancel);
        var errors = process.StandardError.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        Assert.True(process.ExitCode == 0, $"aws {arguments[0]} {arguments[1]}: {await errors}");
        return await output;
    }
}
