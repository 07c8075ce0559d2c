using System.CommandLine;
using Irsa.Credentials;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;

namespace Irsa.Tool;

/// <summary>
/// <c>irsa trust-policy</c>: prints the trust policy that the role needs, or what is wrong with the role's own. Exit code of a comparison: 0 if
/// the policy accepts the token, 1 for advice or for what the token does not decide, 2 if STS refuses the token.
/// </summary>
internal static class TrustPolicyCommand
{
    private static readonly Option<string?> Role = new("--role") { Description = "The role's ARN. Default: AWS_ROLE_ARN." };
    private static readonly Option<string?> Issuer = new("--issuer") { Description = "The cluster's OIDC issuer. With --namespace and --service-account it replaces a token." };
    private static readonly Option<string?> Namespace = new("--namespace") { Description = "The service account's namespace." };
    private static readonly Option<string?> Account = new("--service-account") { Description = "The service account's name." };
    private static readonly Option<string> Audience = new("--audience") { Description = "The token's audience.", DefaultValueFactory = static _ => TrustPolicy.DefaultAudience };
    private static readonly Option<string?> TokenFile = new("--token-file") { Description = "The token that gives issuer, subject and audience. Default: AWS_WEB_IDENTITY_TOKEN_FILE." };
    private static readonly Option<string?> Compared = new("--compare") { Description = "The role's trust policy or the answer of aws iam get-role: a file, or - for standard input.", HelpName = "FILE" };

    public static Command Create()
    {
        var command = new Command("trust-policy", "Prints the trust policy that lets a service account assume a role, or compares it with the role's own.")
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
            var policy = await NeededAsync(parsed, RoleOf(parsed), cancellationToken);
            if (parsed.GetValue(Compared) is { } file)
            {
                return Report(policy, await ReadAsync(file, cancellationToken));
            }

            TextOutput.WriteDocument(policy.ToJson());
            return 0;
        }
        catch (IrsaException noToken)
        {
            TextOutput.WriteError(noToken.Message);
            return 2;
        }
    }

    private static string RoleOf(ParseResult parsed)
    {
        var role = parsed.GetValue(Role) ?? Environment.GetEnvironmentVariable("AWS_ROLE_ARN");
        return role switch
        {
            _ when string.IsNullOrWhiteSpace(role) => throw new UsageException("Give --role, because AWS_ROLE_ARN is not set."),
            _ when RoleArnValidator.IsRole(role) || RoleArnValidator.IsRoleOfAnotherServer(role) => role,
            _ => throw new UsageException($"{SecretRedactor.QuoteAscii(role)} is not a valid IAM role ARN such as arn:aws:iam::111122223333:role/NAME: {RoleArnValidator.Explain(role)}."),
        };
    }

    private static async Task<TrustPolicy> NeededAsync(ParseResult parsed, string role, CancellationToken cancellationToken)
    {
        switch (parsed.GetValue(Issuer), parsed.GetValue(Namespace), parsed.GetValue(Account))
        {
            case (null, null, null):
                var token = parsed.GetValue(TokenFile) ?? Environment.GetEnvironmentVariable("AWS_WEB_IDENTITY_TOKEN_FILE");
                return string.IsNullOrWhiteSpace(token)
                    ? throw new UsageException("Give --token-file, or --issuer, --namespace and --service-account, because AWS_WEB_IDENTITY_TOKEN_FILE is not set.")
                    : await TrustPolicy.ForTokenFileAsync(token, role, cancellationToken);

            case ({ } issuer, { } space, { } account):
                return IsIssuer(issuer) && KubernetesName.IsValid(space) && KubernetesName.IsValid(account) && parsed.GetRequiredValue(Audience) is { Length: > 0 } audience
                    ? TrustPolicy.For(issuer, space, account, role, audience)
                    : throw new UsageException("--issuer must be a URL, --namespace and --service-account must be Kubernetes names, and --audience must not be empty.");

            default:
                throw new UsageException("--issuer, --namespace and --service-account must be given together.");
        }
    }

    private static bool IsIssuer(string issuer) =>
        !issuer.Any(char.IsWhiteSpace) && Uri.TryCreate(issuer.Contains("://", StringComparison.Ordinal) ? issuer : $"https://{issuer}", UriKind.Absolute, out var address) && address.Host.Length > 0;

    private static async Task<string> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return await (file == "-" ? Console.In.ReadToEndAsync(cancellationToken) : File.ReadAllTextAsync(file, cancellationToken));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"--compare {SecretRedactor.Quote(file)} cannot be read: {SecretRedactor.Redact(unreadable.Message, [])}");
        }
    }

    private static int Report(TrustPolicy policy, string json)
    {
        var mismatches = policy.Compare(json);
        foreach (var mismatch in mismatches)
        {
            Console.Out.Write(mismatch.Kind == TrustPolicyMismatchKind.Refuses ? "fail " : "warn ");
            TextOutput.WriteParagraph(mismatch.ToString(), indent: 5);
        }

        if (mismatches.Any(static mismatch => mismatch.Kind == TrustPolicyMismatchKind.Refuses))
        {
            Console.Out.WriteLine("The token needs this statement. Keep the role's other statements.");
            TextOutput.WriteDocument(policy.ToJson());
            return 2;
        }

        var inconclusive = mismatches.Any(static mismatch => mismatch.Kind == TrustPolicyMismatchKind.Inconclusive);
        TextOutput.WriteParagraph(
            $"The policy accepts {SecretRedactor.Quote(policy.Subject)} of {SecretRedactor.Quote(policy.Provider)}{(inconclusive ? ", if the conditions above that could not be evaluated hold" : string.Empty)}.",
            indent: 0);
        return mismatches.Count == 0 ? 0 : 1;
    }
}
