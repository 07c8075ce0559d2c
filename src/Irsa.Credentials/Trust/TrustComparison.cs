using System.Globalization;
using System.Text.Json;

namespace Irsa.Credentials.Trust;

/// <summary>Compares a policy with the statement that the token needs: the closest statement is explained, every Deny that hits, and
/// whatever IAM would not take.</summary>
internal static class TrustComparison
{
    public static IReadOnlyList<TrustPolicyMismatch> Compare(TrustPolicy needed, string policyJson)
    {
        try
        {
            using var document = PolicyDocument.Parse(policyJson);
            return [.. Compare(needed, document).Select(finding => finding with { Line = document.Line(finding.Path) ?? NearestLine(document, finding.Path) })];
        }
        catch (InvalidOperationException)
        {
            return [new TrustPolicyMismatch { Path = "the policy", Reason = "It holds an escape sequence that is half a character.", Remedy = "Take the document anew from aws iam get-role." }];
        }
        catch (JsonException fault)
        {
            return
            [
                new TrustPolicyMismatch
                {
                    Path = "the policy",
                    Line = (int?)(fault.LineNumber + 1),
                    Reason = string.Create(CultureInfo.InvariantCulture, $"It is not JSON: it breaks at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}."),
                    Remedy = "Correct it there, or take the document anew from aws iam get-role.",
                },
            ];
        }
    }

    private static IEnumerable<TrustPolicyMismatch> Compare(TrustPolicy needed, PolicyDocument policy)
    {
        (int Index, StatementEvaluator Judge)[] statements = [.. policy.Statements.Select((statement, index) => (index, new StatementEvaluator(needed, statement)))];
        if (statements.Length == 0)
        {
            return [Missing(needed, "The policy has no statement.")];
        }

        var allows = statements.Where(static one => !one.Judge.IsDeny).ToList();
        var closest = allows.Where(static one => one.Judge.IsForWebIdentities).Select(static one => ((int Index, StatementEvaluator Judge)?)one).MinBy(static one => one!.Value.Judge.Distance);
        IEnumerable<TrustPolicyMismatch> first = closest is { } found ? At(found.Index, found.Judge.Findings())
            : [Missing(needed, allows.Count == 0 ? "No statement allows anything." : $"No statement is for web identities: none has the action {TrustPolicy.Action} or an OIDC provider as principal.")];
        return
        [
            .. policy.Repeated.Select(static path => new TrustPolicyMismatch { Path = path, Reason = "The element stands twice, and only one of the two counts.", Remedy = "Keep one." }),
            .. first,
            .. statements.Where(one => one != closest).SelectMany(static one => At(one.Index, one.Judge.IsDeny ? one.Judge.Denial() : one.Judge.Faults)),
        ];
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
