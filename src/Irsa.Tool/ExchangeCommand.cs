using System.CommandLine;
using System.Globalization;
using Irsa.Credentials;

namespace Irsa.Tool;

/// <summary><c>irsa exchange</c>: exchanges the pod's token once, as the library would, and says who that makes us. Exit code 0 or 1.</summary>
internal static class ExchangeCommand
{
    public static Command Create()
    {
        var identity = new IdentityOptions();
        var command = new Command("exchange", "Exchanges the token once and prints role, session and expiration, or the failure and its remedy.");
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
            Console.WriteLine(status.AssumedRoleArn);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"expires {status.Expiration:u}"));
            return 0;
        }
        catch (IrsaException failure)
        {
            await Console.Error.WriteLineAsync(PlainText.Of(failure.Message));
            return 1;
        }
    }
}
