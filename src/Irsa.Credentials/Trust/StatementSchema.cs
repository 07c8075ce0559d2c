using System.Text.Json;

namespace Irsa.Credentials.Trust;

/// <summary>
/// What IAM accepts as a statement of a role's trust policy
/// (<see href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"/>). Anything else is a mistake, and an
/// evaluation that ignored it would be about another statement.
/// </summary>
internal static class StatementSchema
{
    public static IEnumerable<TrustPolicyMismatch> Faults(PolicyElement statement)
    {
        if (statement.Json.ValueKind != JsonValueKind.Object)
        {
            return [Fault(statement.Path, statement, "A statement must be a JSON object.", "Write its elements between braces.")];
        }

        return [.. Unknown(statement), .. Effect(statement), .. Principal(statement), .. Action(statement), .. Condition(statement)];
    }

    private static IEnumerable<TrustPolicyMismatch> Unknown(PolicyElement statement) =>
        from member in statement.Members()
        where member.Name is not ("Sid" or "Effect" or "Principal" or "Action" or "NotAction" or "Condition")
        select Fault(
            member.Element.Path,
            member.Element,
            $"A role's trust policy cannot have {member.Name}.",
            "Remove it, or correct its spelling: element names begin with capitals.");

    private static IEnumerable<TrustPolicyMismatch> Effect(PolicyElement statement)
    {
        var effect = statement.Member("Effect");
        if (effect?.Text() is not ("Allow" or "Deny"))
        {
            var right = effect?.Text().Equals("Deny", StringComparison.OrdinalIgnoreCase) == true ? "Deny" : "Allow";
            yield return Fault(PolicyElement.PathOf(statement.Path, "Effect"), effect, "The effect must be Allow or Deny, spelled exactly so.", $"Write \"Effect\": \"{right}\".");
        }
    }

    private static IEnumerable<TrustPolicyMismatch> Principal(PolicyElement statement)
    {
        var path = PolicyElement.PathOf(statement.Path, "Principal");
        const string Remedy = "Write \"Principal\": { \"Federated\": \"ARN of the OIDC provider\" }.";
        if (statement.Member("Principal") is not { } principal)
        {
            yield return Fault(path, null, "The statement has no principal.", Remedy);
        }
        else if (!principal.IsEverything && (!principal.Members().Any() || principal.Members().Any(static kind => !kind.Element.IsTexts)))
        {
            yield return Fault(path, principal, "The principal is not an object with ARNs.", Remedy);
        }
    }

    private static IEnumerable<TrustPolicyMismatch> Action(PolicyElement statement)
    {
        if (statement.Member("Action") is null && statement.Member("NotAction") is null)
        {
            yield return Fault(PolicyElement.PathOf(statement.Path, "Action"), null, "The statement has no action.", $"Add \"Action\": \"{TrustPolicy.Action}\".");
        }

        foreach (var name in (string[])["Action", "NotAction"])
        {
            if (statement.Member(name) is { IsTexts: false } action)
            {
                yield return Fault(action.Path, action, $"{name} is neither an action nor a list of them.", $"Write \"{TrustPolicy.Action}\".");
            }
        }
    }

    private static IEnumerable<TrustPolicyMismatch> Condition(PolicyElement statement)
    {
        const string Remedy = "Write \"Condition\": { OPERATOR: { KEY: VALUE } }.";
        if (statement.Member("Condition") is not { } condition)
        {
            yield break;
        }

        if (condition.Json.ValueKind != JsonValueKind.Object)
        {
            yield return Fault(condition.Path, condition, "The condition is not an object.", Remedy);
        }

        foreach (var (name, test) in condition.Members())
        {
            if (test.Json.ValueKind != JsonValueKind.Object)
            {
                yield return Fault(test.Path, test, $"The operator {name} has no keys.", Remedy);
            }

            foreach (var (key, values) in test.Members())
            {
                if (values.Items().Any(static value => value.Json.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null))
                {
                    yield return Fault(values.Path, values, $"The value of {key} is neither a string nor a list of strings.", Remedy);
                }
            }
        }
    }

    private static TrustPolicyMismatch Fault(string path, PolicyElement? seen, string reason, string remedy) => new()
    {
        Path = path.Length == 0 ? "the statement" : path,
        Seen = seen?.Text(),
        Reason = reason,
        Remedy = remedy,
    };
}
