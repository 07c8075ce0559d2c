using System.Text.Json;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Trust;

/// <summary>
/// Compares a policy with the statement that the token needs. It explains the closest statement, every Deny that applies, and everything that
/// IAM does not accept.
/// </summary>
internal static class TrustComparison
{
    public static IReadOnlyList<TrustPolicyMismatch> Compare(TrustPolicy needed, string policyJson, DateTimeOffset now)
    {
        if (NotJson.Explain(policyJson) is { } reason)
        {
            return [Unreadable(needed, reason)];
        }

        try
        {
            using var document = PolicyDocument.Parse(policyJson);
            return [.. Compare(needed, document, now).Select(finding => finding with { Line = document.Line(finding.Path) ?? NearestLine(document, finding.Path) })];
        }
        catch (InvalidOperationException)
        {
            return [Unreadable(needed, "It contains an escape sequence that is not a valid character.")];
        }
        catch (JsonException fault)
        {
            return
            [
                Unreadable(needed, FormattableString.Invariant($"It is not valid JSON: the error is at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}.")) with
                {
                    Line = (int?)(fault.LineNumber + 1),
                },
            ];
        }
    }

    private static TrustPolicyMismatch Unreadable(TrustPolicy needed, string reason) => new()
    {
        Path = "the policy",
        Reason = reason,
        Remedy = $"Correct it, or use the answer of {AwsCommands.GetRole(needed.RoleArn)}.",
    };

    private static IEnumerable<TrustPolicyMismatch> Compare(TrustPolicy needed, PolicyDocument policy, DateTimeOffset now)
    {
        if (policy.RoleArn is { } role && role != needed.RoleArn)
        {
            return [OtherRole(needed, role)];
        }

        if (policy.IsPermissionsPolicy)
        {
            return [Unreadable(needed, "It is a permissions policy of the role, not its trust policy.")];
        }

        (int Index, StatementEvaluator Evaluator)[] statements = [.. policy.Statements.Select((statement, index) => (index, new StatementEvaluator(needed, statement, now)))];
        if (statements.Length == 0)
        {
            return [Missing(needed, "The policy has no statement.")];
        }

        var allows = statements.Where(static one => !one.Evaluator.IsDeny).ToList();
        var closest = allows.Where(static one => one.Evaluator.IsForWebIdentities).Select(static one => ((int Index, StatementEvaluator Evaluator)?)one).MinBy(static one => one!.Value.Evaluator.Distance);
        IEnumerable<TrustPolicyMismatch> first = closest is { } found ? At(found.Index, found.Evaluator.Findings())
            : [Missing(needed, allows.Count == 0 ? "No statement allows anything." : $"No statement is for web identities: none has the action {TrustPolicy.Action} or an OIDC provider as principal.")];
        return
        [
            .. policy.Repeated.Select(static path => new TrustPolicyMismatch { Path = path, Reason = "The element occurs twice, and only one of the two counts.", Remedy = "Keep one." }),
            .. first,
            .. statements.Where(one => one != closest).SelectMany(static one => At(one.Index, one.Evaluator.IsDeny ? one.Evaluator.Denial() : one.Evaluator.Faults)),
        ];
    }

    private static TrustPolicyMismatch OtherRole(TrustPolicy needed, string role)
    {
        var isPath = NameOf(role) == NameOf(needed.RoleArn);
        return new TrustPolicyMismatch
        {
            Path = "Role.Arn",
            Seen = role,
            Needed = needed.RoleArn,
            Reason = isPath
                ? $"The role's ARN is {DisplayText.Quote(role)}, but the configured ARN has another path: {DisplayText.Quote(needed.RoleArn)}."
                : $"The answer is about the role {DisplayText.Quote(role)}, but the configured role is {DisplayText.Quote(needed.RoleArn)}.",
            Remedy = isPath
                ? $"Set the annotation eks.amazonaws.com/role-arn (AWS_ROLE_ARN) to {DisplayText.Quote(role)}."
                : $"Compare the answer of {AwsCommands.GetRole(needed.RoleArn)}, with credentials of the role's account.",
        };
    }

    /// <summary>Partition, account and name, without the path.</summary>
    private static string NameOf(string roleArn)
    {
        var parts = roleArn.Split(':', 6);
        return parts.Length == 6 ? $"{parts[1]}:{parts[4]}:{parts[5][(parts[5].LastIndexOf('/') + 1)..]}" : roleArn;
    }

    private static TrustPolicyMismatch Missing(TrustPolicy needed, string reason) =>
        new() { Path = "Statement", Needed = needed.ToJson(), Reason = reason, Remedy = "Add the statement that the token needs." };

    private static IEnumerable<TrustPolicyMismatch> At(int index, IEnumerable<TrustPolicyMismatch> findings) =>
        findings.Select(finding => finding with { StatementIndex = index });

    private static int? NearestLine(PolicyDocument document, string path)
    {
        // A missing element has no line; its parent has.
        for (var end = path.LastIndexOf('.'); end > 0; end = path.LastIndexOf('.', end - 1))
        {
            if (document.Line(path[..end]) is { } line)
            {
                return line;
            }
        }

        return null;
    }
}
