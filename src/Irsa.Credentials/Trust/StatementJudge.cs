using System.IO.Enumeration;
using System.Text.Json;

namespace Irsa.Credentials.Trust;

/// <summary>Judges one statement as IAM would for this token: principal, action, conditions.</summary>
internal sealed class StatementJudge(TrustPolicy needed, PolicyElement statement)
{
    private readonly ConditionJudge _conditions = new(needed);

    public bool IsDeny => Effect == "Deny";

    private string Effect => statement.Member("Effect")?.Text() ?? string.Empty;

    /// <summary>What keeps the statement from allowing the exchange, and advice where it allows too much.</summary>
    public IEnumerable<TrustPolicyMismatch> Findings() => [.. EffectFindings(), .. PrincipalFindings(), .. ActionFindings(), .. _conditions.Findings(statement)];

    /// <summary>A Deny that applies to the token wins over every Allow.</summary>
    public IEnumerable<TrustPolicyMismatch> Denial()
    {
        TrustPolicyMismatch[] obstacles = [.. PrincipalFindings(), .. ActionFindings(), .. _conditions.Obstacles(statement)];
        if (!obstacles.Any(static finding => finding.IsBlocking))
        {
            yield return new TrustPolicyMismatch
            {
                Path = statement.Path,
                Seen = "Deny",
                Remedy = "Remove the statement, or give it a condition that leaves this service account out.",
                Reason = obstacles.Length == 0
                    ? "This Deny statement applies to the token, and a Deny wins over every Allow."
                    : "This Deny statement may apply to the token (not all of its conditions can be judged), and a Deny wins over every Allow.",
                IsBlocking = obstacles.Length == 0,
            };
        }
    }

    private IEnumerable<TrustPolicyMismatch> EffectFindings()
    {
        if (Effect != "Allow")
        {
            yield return Finding("Effect", statement.Member("Effect")?.Text(), "Allow", "The effect must be Allow.");
        }
    }

    private IEnumerable<TrustPolicyMismatch> PrincipalFindings()
    {
        if (statement.Member("Principal") is not { } principal)
        {
            yield return Finding("Principal", null, needed.ProviderArn, "The statement names no principal.");
            yield break;
        }

        // "*" is everybody: a Deny often says so, and an Allow must not.
        if (principal.Json.ValueKind == JsonValueKind.String && principal.Text() == "*")
        {
            if (!IsDeny)
            {
                yield return Finding("Principal", "*", needed.ProviderArn, "The statement trusts everybody; name the OIDC provider as Federated principal.") with { IsBlocking = false };
            }

            yield break;
        }

        if (principal.Member("Federated") is not { } federated)
        {
            var kinds = string.Join(", ", principal.Members().Select(static member => member.Name));
            yield return Finding("Principal", principal.Text(), needed.ProviderArn, $"The principal is {(kinds.Length == 0 ? "not an object" : $"of the kind {kinds}")}; a web identity needs Federated with the ARN of the OIDC provider.");
            yield break;
        }

        var arns = federated.Texts();
        if (!arns.Contains(needed.ProviderArn, StringComparer.Ordinal))
        {
            var reasons = arns.Select(arn => PrincipalReason(arn));
            yield return new TrustPolicyMismatch
            {
                Path = federated.Path,
                Seen = string.Join(", ", arns),
                Needed = needed.ProviderArn,
                Reason = $"The Federated principal is not the OIDC provider of the token: {string.Join("; or ", reasons)}.",
                Remedy = $"Write \"{needed.ProviderArn}\".",
            };
        }
    }

    private string PrincipalReason(string arn)
    {
        var expected = needed.ProviderArn.Split(':', 6);
        if (arn.Split(':', 6) is not ["arn", var partition, var service, _, var account, var resource] || arn.StartsWith("https:", StringComparison.Ordinal))
        {
            return ProviderDifference.Explain(arn, needed.Provider) is null
                ? "it is the provider's name; it must be its ARN"
                : "it is not an ARN";
        }

        const string Kind = "oidc-provider/";
        string?[] differences =
        [
            service == "iam" ? null : "it is not an ARN of IAM",
            partition == expected[1] ? null : $"it is in the partition {partition}, and the role is in {expected[1]}",
            account == expected[4] ? null : $"it is in the account {(account.Length == 0 ? "(none)" : account)}, and the provider must be in the role's, {expected[4]}",
            resource.StartsWith(Kind, StringComparison.Ordinal) ? ProviderDifference.Explain(resource[Kind.Length..], needed.Provider) : $"after the account it must go on with {Kind}",
        ];
        return string.Join("; ", differences.OfType<string>());
    }

    private IEnumerable<TrustPolicyMismatch> ActionFindings()
    {
        if (statement.Member("NotAction") is { } except)
        {
            if (except.Texts().Any(Covers))
            {
                yield return Finding("NotAction", except.Text(), null, $"NotAction leaves {TrustPolicy.Action} out.");
            }

            yield break;
        }

        var action = statement.Member("Action");
        if (action?.Texts().Any(Covers) is not true)
        {
            var found = action?.Text();
            yield return Finding(
                "Action",
                found,
                TrustPolicy.Action,
                found is null ? "The statement names no action."
                : found.Contains("WithSAML", StringComparison.OrdinalIgnoreCase) ? "The action is that of SAML federation."
                : found.Contains("sts:AssumeRole", StringComparison.OrdinalIgnoreCase) ? "sts:AssumeRole is for callers that have credentials already; a token needs an action of its own."
                : "The action is another one.");
        }
    }

    private TrustPolicyMismatch Finding(string member, string? found, string? expected, string reason) => new()
    {
        Path = PolicyElement.PathOf(statement.Path, member),
        Seen = found,
        Needed = expected,
        Reason = reason,
        Remedy = (expected, found) switch
        {
            (null, _) => $"Take it out of {member}.",
            (_, null) => $"Add \"{member}\": {(member == "Principal" ? $"{{ \"Federated\": \"{expected}\" }}" : $"\"{expected}\"")}.",
            _ => $"Write {(member == "Principal" ? $"{{ \"Federated\": \"{expected}\" }}" : $"\"{expected}\"")}.",
        },
    };

    private static bool Covers(string pattern) => FileSystemName.MatchesSimpleExpression(pattern, TrustPolicy.Action, ignoreCase: true);
}
