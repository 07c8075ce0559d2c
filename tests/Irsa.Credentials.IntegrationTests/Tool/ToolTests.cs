using System.Diagnostics;
using System.Reflection;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.IntegrationTests.Tool;

/// <summary>The command <c>irsa</c>, as a process of its own.</summary>
public sealed class ToolTests
{
    private static readonly string Assembly = typeof(ToolTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static item => item.Key == "ToolAssembly").Value!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_prints_the_trust_policy_that_the_library_would_ask_for()
    {
        const string Role = "arn:aws:iam::111122223333:role/app";
        var (exitCode, output) = await RunAsync("trust-policy", "--role", Role, "--issuer", "https://oidc.example/id/A", "--namespace", "shop", "--service-account", "orders");

        Assert.Equal((0, TrustPolicy.For("oidc.example/id/A", "shop", "orders", Role).ToJson()), (exitCode, output.Trim()));
    }

    [Fact]
    public async Task It_says_who_the_token_makes_us_or_why_not()
    {
        await using var aws = await LocalAws.StartAsync(cancellationToken: Cancel);
        string[] arguments = ["exchange", "--role", aws.RoleArn, "--token-file", aws.Tokens.Path, "--region", aws.Region, "--sts-endpoint", aws.Sts.Endpoint.AbsoluteUri];

        var (exitCode, output) = await RunAsync(arguments);
        Assert.True(exitCode == 0, output);
        Assert.StartsWith("arn:aws:sts::111122223333:assumed-role/local-app/app-0", output, StringComparison.Ordinal);

        aws.Sts.RemoveRole(aws.RoleArn);
        (exitCode, output) = await RunAsync(arguments);
        Assert.Equal(1, exitCode);
        Assert.Contains("IRSA301", output, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Assembly, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(Cancel);
        var errors = process.StandardError.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, await output + await errors);
    }
}
