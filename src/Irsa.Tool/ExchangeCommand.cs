using System.CommandLine;
using System.Globalization;
using Irsa.Credentials;
using Irsa.Credentials.Failures;

namespace Irsa.Tool;

/// <summary><c>irsa exchange</c>: exchanges the pod's token once, as the library does, and prints the resulting identity. Exit code 0 or 1.</summary>
internal static class ExchangeCommand
{
    public static Command Create()
    {
        var identity = new IdentityOptions();
        var command = new Command("exchange", "Exchanges the token once and prints role, session and expiration, or the failure and what to do.");
        identity.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(identity.Read(parsed), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(IrsaOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await using var credentials = new WebIdentityTokenCredentials(options);
            await credentials.GetCredentialsAsync(cancellationToken);
            var status = credentials.Status;
            Console.Out.WriteLine(DisplayText.Escape(status.AssumedRoleArn ?? status.RoleArn));
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"expires {status.Expiration:u}, {DurationText.Relative(status.Expiration!.Value, TimeProvider.System.GetUtcNow())}"));
            return 0;
        }
        catch (IrsaException failed)
        {
            // Not its message, which names the time of the library's next exchange: this process ends before.
            TextOutput.WriteError(failed.Failure.ToString());
            return 1;
        }
    }
}
