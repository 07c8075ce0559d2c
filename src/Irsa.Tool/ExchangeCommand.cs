using System.CommandLine;
using System.Globalization;
using Irsa.Credentials;

namespace Irsa.Tool;

/// <summary><c>irsa exchange</c>: exchanges the pod's token once, as the library would, and says who that makes us. Exit code 0 or 1.</summary>
internal static class ExchangeCommand
{
    public static Command Create()
    {
        var role = new Option<string?>("--role") { Description = "Default: AWS_ROLE_ARN." };
        var tokenFile = new Option<string?>("--token-file") { Description = "Default: AWS_WEB_IDENTITY_TOKEN_FILE." };
        var region = new Option<string?>("--region") { Description = "Default: AWS_REGION, then AWS_DEFAULT_REGION." };
        var endpoint = new Option<string?>("--sts-endpoint") { Description = "Default: AWS_ENDPOINT_URL_STS, else the region's." };
        var command = new Command("exchange", "Exchanges the token once and prints role, session and expiration, or the failure and its remedy.") { role, tokenFile, region, endpoint };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new IrsaOptions
            {
                RoleArn = parsed.GetValue(role),
                WebIdentityTokenFile = parsed.GetValue(tokenFile),
                Region = parsed.GetValue(region),
                StsEndpoint = parsed.GetValue(endpoint) is { } address ? new Uri(address, UriKind.RelativeOrAbsolute) : null,
            },
            cancellationToken));
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
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }
}
