using System.CommandLine;
using Irsa.Credentials;

namespace Irsa.Tool;

/// <summary>
/// <c>irsa trust-policy</c>: the document that the role needs, or what is wrong with the one it has. Exit code of a comparison: 0 it fits, 1
/// it fits and could be better, 2 STS refuses the token.
/// </summary>
internal static class TrustPolicyCommand
{
    private static readonly Option<string?> Role = new("--role") { Description = "The role's ARN. Default: AWS_ROLE_ARN." };
    private static readonly Option<string?> Issuer = new("--issuer") { Description = "The cluster's OIDC issuer; with --namespace and --service-account it takes the place of a token." };
    private static readonly Option<string?> Namespace = new("--namespace") { Description = "The service account's namespace." };
    private static readonly Option<string?> Account = new("--service-account") { Description = "The service account's name." };
    private static readonly Option<string> Audience = new("--audience") { Description = "The token's audience.", DefaultValueFactory = static _ => TrustPolicy.DefaultAudience };
    private static readonly Option<string?> TokenFile = new("--token-file") { Description = "Takes issuer, subject and audience from a token. Default: AWS_WEB_IDENTITY_TOKEN_FILE." };
    private static readonly Option<string?> Compared = new("--compare") { Description = "The role's policy, or the answer of aws iam get-role: a file, or - for the input.", HelpName = "FILE" };

    public static Command Create()
    {
        var command = new Command("trust-policy", "Prints the trust policy that lets one service account assume a role, or compares it with the role's own.")
        {
            Role, Issuer, Namespace, Account, Audience, TokenFile, Compared,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            if (await NeededAsync(parsed, cancellationToken) is not { } policy)
            {
                await Console.Error.WriteLineAsync("Give --role, and either a token file or --issuer, --namespace and --service-account.");
                return 2;
            }

            if (parsed.GetValue(Compared) is not { } file)
            {
                Console.WriteLine(policy.ToJson());
                return 0;
            }

            return Report(policy, await (file == "-" ? Console.In.ReadToEndAsync(cancellationToken) : File.ReadAllTextAsync(file, cancellationToken)));
        }
        catch (Exception unreadable) when (unreadable is IrsaException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(unreadable.Message);
            return 2;
        }
    }

    private static async Task<TrustPolicy?> NeededAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if ((parsed.GetValue(Role) ?? Environment.GetEnvironmentVariable("AWS_ROLE_ARN")) is not { Length: > 0 } role)
        {
            return null;
        }

        if (parsed.GetValue(Issuer) is { Length: > 0 } issuer)
        {
            return parsed.GetValue(Namespace) is { Length: > 0 } space && parsed.GetValue(Account) is { Length: > 0 } account
                ? TrustPolicy.For(issuer, space, account, role, parsed.GetRequiredValue(Audience))
                : null;
        }

        return (parsed.GetValue(TokenFile) ?? Environment.GetEnvironmentVariable("AWS_WEB_IDENTITY_TOKEN_FILE")) is { Length: > 0 } token
            ? await TrustPolicy.ForTokenFileAsync(token, role, cancellationToken)
            : null;
    }

    private static int Report(TrustPolicy policy, string json)
    {
        var mismatches = policy.Compare(json);
        foreach (var mismatch in mismatches)
        {
            Console.WriteLine($"{(mismatch.Kind == TrustPolicyMismatchKind.Refuses ? "FAIL" : "warn")} {mismatch}");
        }

        if (mismatches.Any(static mismatch => mismatch.Kind == TrustPolicyMismatchKind.Refuses))
        {
            Console.WriteLine($"The token needs this statement; keep those that serve others:{Environment.NewLine}{policy.ToJson()}");
            return 2;
        }

        var undecided = mismatches.Any(static mismatch => mismatch.Kind == TrustPolicyMismatchKind.Undecided);
        Console.WriteLine($"The policy accepts {policy.Subject} of {policy.Provider}{(undecided ? ", if what cannot be judged above lets it in" : string.Empty)}.");
        return mismatches.Count == 0 ? 0 : 1;
    }
}
