using System.Diagnostics;
using System.Text.RegularExpressions;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.IntegrationTests.Failures;

/// <summary>Every command of the AWS command line that an explanation or a remedy gives, read by that command line.</summary>
public sealed partial class RemedyCommandTests
{
    /// <summary>Opens a browser, and is a command of version 2 alone.</summary>
    private const string LogIn = "aws sso login";

    private static readonly string Profiles = Path.Combine(Directory.CreateTempSubdirectory("irsa-commands-").FullName, "config");

    public static TheoryData<string> Commands { get; } =
    [
        .. IrsaErrorExplanation.All.SelectMany(static row => Command().Matches($"{row.Cause} {row.Remedy}").Select(static match => match.Value.TrimEnd('.')))
            .Concat([AwsCommands.CloseMetadataService, AwsCommands.GetRole("arn:aws:iam::111122223333:role/path/app"), AwsCommands.RaiseMaximum("arn:aws:iam::111122223333:role/app"), AwsCommands.AddAudience("arn:aws:iam::111122223333:oidc-provider/oidc.example/id/A", "https://kubernetes.default.svc")])
            .Distinct()
            .Where(static command => !command.StartsWith(LogIn, StringComparison.Ordinal)),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void The_explanations_hold_commands_and_none_without_its_options()
    {
        Assert.True(Commands.Count >= 8, $"{Commands.Count} commands");
        Assert.All(Commands, static row => Assert.Contains(" --", row.Data, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task The_command_line_accepts_the_command(string command)
    {
        Assert.SkipUnless(TestDouble.AwsCliOnLocalAwsTests.IsInstalled(), "The aws command line is not installed; on Debian: apt-get install awscli");

        await File.WriteAllTextAsync(Profiles, "[profile PROFILE]\naws_access_key_id = x\naws_secret_access_key = x\n", Cancel);

        // Nothing listens there: what is read as a command fails to connect, what is not is told before.
        var start = new ProcessStartInfo("aws", ["--endpoint-url", "http://127.0.0.1:1/", "--region", "eu-central-1", .. Filled(command).Split(' ')[1..]]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = "x", ["AWS_SECRET_ACCESS_KEY"] = "x", ["AWS_MAX_ATTEMPTS"] = "1", ["AWS_PAGER"] = string.Empty, ["AWS_CONFIG_FILE"] = Profiles })
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Cancel);
        var errors = await process.StandardError.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);

        Assert.True(errors.Contains("Could not connect to the endpoint URL", StringComparison.Ordinal), $"{command}: {errors}{await output}");
    }

    /// <summary>Capitals are what the reader fills in.</summary>
    private static string Filled(string command) => command
        .Replace("SECONDS", "7200", StringComparison.Ordinal)
        .Replace(" PROVIDER_ARN", " arn:aws:iam::111122223333:oidc-provider/oidc.example/id/A", StringComparison.Ordinal)
        .Replace("THUMBPRINT", new string('0', 40), StringComparison.Ordinal)
        .Replace(" ID", " i-0123456789abcdef0", StringComparison.Ordinal);

    [GeneratedRegex("\\baws [a-z0-9]+ [a-z-]+( --[a-z-]+( [^ ,;()-][^ ,;()]*)?)*")]
    private static partial Regex Command();
}
