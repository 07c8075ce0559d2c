using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Irsa.Credentials.IntegrationTests.TestDouble;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.IntegrationTests.Tool;

/// <summary><c>irsa exchange --format credential-process</c>, by itself, in the AWS CLI and in the AWS SDK for .NET.</summary>
public sealed class CredentialProcessTests : IAsyncLifetime
{
    private static readonly string Assembly = typeof(ToolRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static item => item.Key == "ToolAssembly").Value!;

    private readonly string _folder = Directory.CreateTempSubdirectory("irsa-test-").FullName;
    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Cancel);

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task It_prints_one_document_with_the_expiration_and_nothing_else()
    {
        var run = await ToolRun.StartAsync(_aws.Environment, "exchange", "--format", "credential-process");

        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Empty(run.Errors);
        using var document = JsonDocument.Parse(run.Output);
        var root = document.RootElement;
        Assert.Equal(["Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "AccountId"], root.EnumerateObject().Select(static property => property.Name));
        Assert.Equal((1, "111122223333"), (root.GetProperty("Version").GetInt32(), root.GetProperty("AccountId").GetString()));
        Assert.InRange(root.GetProperty("Expiration").GetDateTimeOffset(), TimeProvider.System.GetUtcNow().AddMinutes(50), TimeProvider.System.GetUtcNow().AddMinutes(61));
    }

    [Fact]
    public async Task A_failure_prints_no_document_and_no_secret()
    {
        _aws.Sts.RemoveRole(_aws.RoleArn);

        var run = await ToolRun.StartAsync(_aws.Environment, "exchange", "--format", "credential-process");

        Assert.Equal((1, string.Empty), (run.ExitCode, run.Output));
        Assert.Contains("IRSA301", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain((await File.ReadAllTextAsync(_aws.Tokens.Path, Cancel)).Split('.')[2], run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_help_says_that_secrets_are_printed() =>
        Assert.Contains("PRINTS SECRETS", (await ToolRun.StartAsync(_aws.Environment, "exchange", "--help")).Output, StringComparison.Ordinal);

    [Fact]
    public async Task Another_format_is_a_mistake()
    {
        var run = await ToolRun.StartAsync(_aws.Environment, "exchange", "--format", "yaml");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("--format is text or credential-process", run.Printed, StringComparison.Ordinal);
        Assert.Empty(_aws.Sts.Calls);
    }

    /// <summary>The program <c>script</c> gives it a terminal.</summary>
    [Theory]
    [InlineData("", 64, false)]
    [InlineData(" --force", 0, true)]
    public async Task A_terminal_is_refused_unless_it_is_forced(string force, int exitCode, bool printsSecrets)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/script"), "The program script is not installed.");
        var (code, output, _) = await RunAsync("script", ["-qec", $"dotnet '{Assembly}' exchange --format credential-process{force}", "/dev/null"], _aws.Environment);

        Assert.Equal((exitCode, printsSecrets), (code, output.Contains("SecretAccessKey", StringComparison.Ordinal)));
        Assert.Equal(printsSecrets ? 1 : 0, _aws.Sts.Calls.Count);
    }

    [Fact]
    public async Task The_AWS_CLI_signs_with_it()
    {
        Assert.SkipUnless(AwsCliOnLocalAwsTests.IsInstalled(), "The aws command line is not installed; on Debian: apt-get install awscli");
        var variables = await ProfileAsync();

        var (code, output, errors) = await RunAsync("aws", ["sts", "get-caller-identity", "--profile", "pod", "--endpoint-url", _aws.Sts.Endpoint.AbsoluteUri], variables);

        Assert.True(code == 0, errors);
        Assert.Contains("assumed-role/local-app/app-0", output, StringComparison.Ordinal);
        Assert.Equal(["AssumeRoleWithWebIdentity", "GetCallerIdentity"], _aws.Sts.Calls.Select(static call => call.Action));
    }

    [Fact]
    public async Task The_AWS_SDK_for_NET_signs_with_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script is one for sh.");
        var script = Path.Combine(_folder, "credentials");
        await File.WriteAllTextAsync(script, $"{string.Join('\n', _aws.Environment.Select(static pair => $"export {pair.Key}='{pair.Value}'"))}\nexec dotnet '{Assembly}' exchange --format credential-process\n", Cancel);
        using var sts = new AmazonSecurityTokenServiceClient(
            new ProcessAWSCredentials($"sh {script}"), new AmazonSecurityTokenServiceConfig { ServiceURL = _aws.Sts.Endpoint.AbsoluteUri, AuthenticationRegion = _aws.Region });

        var caller = await sts.GetCallerIdentityAsync(new GetCallerIdentityRequest(), Cancel);

        Assert.Contains("assumed-role/local-app/app-0", caller.Arn, StringComparison.Ordinal);
    }

    /// <summary>The profile and nothing else: the pod's variables are the tool's, so the command sets them itself.</summary>
    private async Task<Dictionary<string, string>> ProfileAsync()
    {
        var config = Path.Combine(_folder, "config");
        var variables = string.Join(' ', _aws.Environment.Select(static pair => $"{pair.Key}={pair.Value}"));
        await File.WriteAllTextAsync(config, $"[profile pod]\nregion = {_aws.Region}\ncredential_process = env {variables} dotnet {Assembly} exchange --format credential-process\n", Cancel);
        return new Dictionary<string, string> { ["AWS_CONFIG_FILE"] = config, ["AWS_EC2_METADATA_DISABLED"] = "true", ["AWS_PAGER"] = string.Empty };
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string program, string[] arguments, IReadOnlyDictionary<string, string> variables)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Cancel);
        var errors = process.StandardError.ReadToEndAsync(Cancel);
        process.StandardInput.Close();
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, await output, await errors);
    }
}
