using System.CommandLine;
using System.Globalization;
using Irsa.Credentials;
using Irsa.Credentials.Failures;

namespace Irsa.Tool;

/// <summary>
/// <c>irsa exchange</c>: exchanges the pod's token once, as the library does, and prints the resulting identity or, for other programs, the
/// credentials. Exit code 0 or 1.
/// </summary>
internal static class ExchangeCommand
{
    public static Command Create()
    {
        var identity = new IdentityOptions();
        var format = new Option<ExchangeFormat>("--format")
        {
            Description = "What is printed. text: role, session and expiration. credential-process: PRINTS SECRETS, as JSON for credential_process of the AWS CLI and the AWS SDKs.",
            CustomParser = static argument => argument.Tokens is [var only] ? ParseFormat(only.Value, argument) : ExchangeFormat.Text,
            HelpName = "text|credential-process",
        };
        var force = new Option<bool>("--force") { Description = "With credential-process: print the secrets although the output is a terminal." };
        var command = new Command("exchange", "Exchanges the token once and prints role, session and expiration, or the failure and what to do.");
        identity.AddTo(command);
        command.Options.Add(format);
        command.Options.Add(force);
        command.SetAction((parsed, cancellationToken) => RunAsync(identity.Read(parsed), parsed.GetValue(format), parsed.GetValue(force), cancellationToken));
        return command;
    }

    private static ExchangeFormat ParseFormat(string text, System.CommandLine.Parsing.ArgumentResult argument)
    {
        switch (text)
        {
            case "text":
                return ExchangeFormat.Text;
            case "credential-process":
                return ExchangeFormat.CredentialProcess;
            default:
                argument.AddError("--format is text or credential-process.");
                return default;
        }
    }

    private static async Task<int> RunAsync(IrsaOptions options, ExchangeFormat format, bool force, CancellationToken cancellationToken)
    {
        if (format == ExchangeFormat.CredentialProcess && !force && !Console.IsOutputRedirected)
        {
            throw new UsageException("--format credential-process prints secrets, and the output is a terminal. Use it in credential_process of ~/.aws/config, or add --force.");
        }

        try
        {
            await using var credentials = new WebIdentityTokenCredentials(options);
            var keys = await credentials.GetCredentialsAsync(cancellationToken);
            var status = credentials.Status;
            if (format == ExchangeFormat.CredentialProcess)
            {
                Console.Out.WriteLine(CredentialProcessJson.Of(keys, status.Expiration!.Value));
                return 0;
            }

            Console.Out.WriteLine(DisplayText.Escape(status.AssumedRoleArn ?? status.RoleArn));
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"expires {status.Expiration:u}, {DurationText.Relative(status.Expiration!.Value, TimeProvider.System.GetUtcNow())}"));
            return 0;
        }
        catch (IrsaException failed)
        {
            // Not its message, which names the time of the library's next exchange: this process ends before.
            TextOutput.WriteError(RetryAdvice.WithoutRetries(failed.Failure).ToString());
            return 1;
        }
    }

    private enum ExchangeFormat
    {
        Text,
        CredentialProcess,
    }
}
