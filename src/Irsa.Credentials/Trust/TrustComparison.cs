using System.Globalization;
using System.Text.Json;

namespace Irsa.Credentials.Trust;

/// <summary>Compares a policy with the statement that the token needs: the closest statement is explained, and every Deny that hits.</summary>
internal static class TrustComparison
{
    private const string AddStatement = "Add the statement that the token needs.";

    public static IReadOnlyList<TrustPolicyMismatch> Compare(TrustPolicy needed, string policyJson)
    {
        try
        {
            using var document = PolicyDocument.Parse(policyJson);
            return [.. Compare(needed, document.Root).Select(finding => finding with { Line = document.Line(finding.Path) ?? NearestLine(document, finding.Path) })];
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

    private static List<TrustPolicyMismatch> Compare(TrustPolicy needed, PolicyElement policy)
    {
        if (policy.Member("Statement") is not { } statements)
        {
            return [new TrustPolicyMismatch { Path = "Statement", Needed = needed.ToJson(), Reason = "The policy has no statement.", Remedy = AddStatement }];
        }

        List<TrustPolicyMismatch> denied = [];
        List<TrustPolicyMismatch>? closest = null;
        foreach (var (index, statement) in statements.Items().Select(static (item, place) => (place, item)))
        {
            var judge = new StatementJudge(needed, statement);
            if (judge.IsDeny)
            {
                denied.AddRange(judge.Denial().Select(finding => finding with { StatementIndex = index }));
                continue;
            }

            List<TrustPolicyMismatch> findings = [.. judge.Findings().Select(finding => finding with { StatementIndex = index })];
            if (closest is null || Distance(findings).CompareTo(Distance(closest)) < 0)
            {
                closest = findings;
            }
        }

        closest ??= [new TrustPolicyMismatch { Path = "Statement", Needed = needed.ToJson(), Reason = "No statement allows anything.", Remedy = AddStatement }];
        return [.. closest, .. denied];
    }

    // First what blocks; then, of two that accept the token, the one with less to say about it.
    private static (int Blocking, int Other) Distance(List<TrustPolicyMismatch> findings)
    {
        var blocking = findings.Count(static finding => finding.IsBlocking);
        return (blocking, findings.Count - blocking);
    }

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
