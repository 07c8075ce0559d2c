namespace Irsa.Credentials.Trust;

/// <summary>Judges the conditions of a statement: all must hold, and a key that the token does not bring fails most of them.</summary>
internal sealed class ConditionJudge(TrustPolicy needed)
{
    private readonly string _audienceKey = $"{needed.Provider}:aud";
    private readonly string _subjectKey = $"{needed.Provider}:sub";

    /// <summary>What does not hold, and advice on what is not asked for at all.</summary>
    public IEnumerable<TrustPolicyMismatch> Findings(PolicyElement statement)
    {
        TrustPolicyMismatch[] obstacles = [.. Obstacles(statement)];
        var keys = Conditions(statement).Select(static condition => condition.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);

        // A wrong key is explained as such; the advice that the right one is missing would only repeat it.
        return obstacles.Any(static finding => finding.IsBlocking) ? obstacles : [.. obstacles, .. Advice(statement, keys)];
    }

    /// <summary>What does not hold, or cannot be judged.</summary>
    public IEnumerable<TrustPolicyMismatch> Obstacles(PolicyElement statement) =>
        Conditions(statement).Select(condition => Judge(condition.Operator, condition.Key, condition.Values)).OfType<TrustPolicyMismatch>();

    private static IEnumerable<(string Operator, string Key, PolicyElement Values)> Conditions(PolicyElement statement) =>
        from test in statement.Member("Condition")?.Members() ?? []
        from condition in test.Element.Members()
        select (test.Name, condition.Name, condition.Element);

    private static TrustPolicyMismatch Unjudged(PolicyElement values, string reason) => new()
    {
        Path = values.Path,
        Seen = string.Join(", ", values.Texts()),
        Reason = reason,
        Remedy = "Check by hand that it holds for the call.",
        IsBlocking = false,
    };

    private static string KeyReason(string provider, string claim, string neededProvider) => provider switch
    {
        _ when provider.StartsWith("arn:", StringComparison.Ordinal) => "it begins with the provider's ARN; only what follows oidc-provider/ belongs there",
        _ when claim is not ("aud" or "sub") => "it must end in :aud or :sub",
        _ => ProviderDifference.Explain(provider, neededProvider) ?? "it differs in capitals",
    };

    private static TrustPolicyMismatch Missing(PolicyElement statement, string key, string value, string reason) => new()
    {
        Path = PolicyElement.PathOf(PolicyElement.PathOf(PolicyElement.PathOf(statement.Path, "Condition"), "StringEquals"), key),
        Needed = value,
        Reason = reason,
        Remedy = $"Add \"{key}\": \"{value}\" under StringEquals.",
        IsBlocking = false,
    };

    private TrustPolicyMismatch? Judge(string name, string key, PolicyElement values)
    {
        if (ConditionOperator.Parse(name) is not { } test)
        {
            return Unjudged(values, $"{name} is not an operator for text, so this cannot be judged from the token.");
        }

        var (value, other) = Known(key);
        if (value is null)
        {
            return Absent(test, key, values);
        }

        if (test.Holds(value, values.Texts()))
        {
            return null;
        }

        var (reason, remedy) = ValueReason(test, values.Texts(), value, other!);
        return new TrustPolicyMismatch { Path = values.Path, Seen = string.Join(", ", values.Texts()), Needed = value, Reason = reason, Remedy = remedy };
    }

    private (string? Value, string? Other) Known(string key) => key switch
    {
        _ when key.Equals(_audienceKey, StringComparison.OrdinalIgnoreCase) => (needed.Audience, needed.Subject),
        _ when key.Equals(_subjectKey, StringComparison.OrdinalIgnoreCase) => (needed.Subject, needed.Audience),
        _ => (null, null),
    };

    private TrustPolicyMismatch? Absent(ConditionOperator test, string key, PolicyElement values)
    {
        var colon = key.LastIndexOf(':');
        var (provider, claim) = colon < 0 ? (key, string.Empty) : (key[..colon], key[(colon + 1)..]);
        var isProvider = provider.Contains('.', StringComparison.Ordinal) || provider.Contains('/', StringComparison.Ordinal) || provider.StartsWith("arn:", StringComparison.Ordinal);
        if (!isProvider || (ProviderDifference.Explain(provider, needed.Provider) is null && claim is not ("aud" or "sub")))
        {
            return Unjudged(values, $"The key {key} is not among the claims that are compared here, so this cannot be judged from the token.");
        }

        if (test.HoldsWithoutKey)
        {
            return null;
        }

        var right = $"{needed.Provider}:{(claim is "aud" or "sub" ? claim : "sub")}";
        return new TrustPolicyMismatch
        {
            Path = values.Path,
            Seen = key,
            Needed = right,
            Reason = $"The key names no claim of the token, so that the condition never holds: {KeyReason(provider, claim, needed.Provider)}.",
            Remedy = $"Write the key as \"{right}\".",
        };
    }

    private static (string Reason, string Remedy) ValueReason(ConditionOperator test, string[] found, string expected, string other)
    {
        var set = $"Write \"{expected}\".";
        if (test.IsNegated)
        {
            return ("The condition excludes exactly this value of the token.", $"Remove the value from {test.Name}.");
        }

        if (found.Contains(other, StringComparer.Ordinal))
        {
            return ("The values of :aud and :sub are swapped.", set);
        }

        if (!test.TakesWildcards && found.Any(static value => value.Contains('*', StringComparison.Ordinal) || value.Contains('?', StringComparison.Ordinal)))
        {
            var fits = found.Any(value => ConditionOperator.Like(value, expected));
            return (
                $"{test.Name} takes a wildcard for an ordinary letter" + (fits ? "." : ", and the pattern does not match the token either."),
                fits ? "Move the condition to StringLike." : $"Write \"{expected}\", or a pattern that matches it under StringLike.");
        }

        return (string.Join(" Or: ", found.Select(value => ClaimDifference.Explain(value, expected))), set);
    }

    private IEnumerable<TrustPolicyMismatch> Advice(PolicyElement statement, HashSet<string> keys)
    {
        if (!keys.Contains(_subjectKey))
        {
            yield return Missing(statement, _subjectKey, needed.Subject, "No condition on :sub: every service account of the cluster may assume the role.");
        }

        if (!keys.Contains(_audienceKey))
        {
            yield return Missing(statement, _audienceKey, needed.Audience, "No condition on :aud: tokens made for another audience are not told apart.");
        }
    }
}
