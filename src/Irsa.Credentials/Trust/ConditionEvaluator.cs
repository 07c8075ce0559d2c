namespace Irsa.Credentials.Trust;

/// <summary>Judges the conditions of a statement: all must hold, and a key that the token does not bring fails most of them.</summary>
internal sealed class ConditionEvaluator
{
    // Somebody else of the same cluster, and a token for somebody else.
    private const string OtherSubject = "system:serviceaccount:another-namespace:another-account";
    private const string OtherAudience = "another-audience";

    private readonly TrustPolicy _needed;
    private readonly PolicyElement _statement;
    private readonly Condition[] _conditions;

    public ConditionEvaluator(TrustPolicy needed, PolicyElement statement)
    {
        _needed = needed;
        _statement = statement;
        _conditions =
        [
            .. from test in statement.Member("Condition")?.Members() ?? []
               from condition in test.Element.Members()
               select new Condition(test.Name, condition.Name, condition.Element),
        ];
    }

    /// <summary>What does not hold, or cannot be judged.</summary>
    public IEnumerable<TrustPolicyMismatch> Findings() => _conditions.Select(Judge).OfType<TrustPolicyMismatch>();

    /// <summary>What is not asked for at all, so that others are let in too.</summary>
    public IEnumerable<TrustPolicyMismatch> Advice() =>
    [
        .. Open($"{_needed.Provider}:sub", _needed.Subject, OtherSubject, "every service account of the cluster may assume the role."),
        .. Open($"{_needed.Provider}:aud", _needed.Audience, OtherAudience, "tokens made for another audience are not told apart."),
    ];

    private static TrustPolicyMismatch Undecided(PolicyElement values, string reason) => new()
    {
        Path = values.Path,
        Seen = string.Join(", ", values.Texts()),
        Reason = reason,
        Remedy = "Check by hand that it holds for the call.",
        Kind = TrustPolicyMismatchKind.Undecided,
    };

    private TrustPolicyMismatch? Judge(Condition condition)
    {
        var (name, key, values) = condition;
        var found = ContextKey.Find(key, _needed);
        if (found.Presence == KeyPresence.Unknown)
        {
            return Undecided(values, $"The key {key} is not among the claims that are compared here, so this cannot be judged from the token.");
        }

        if (name.Equals(ConditionOperator.Null, StringComparison.OrdinalIgnoreCase))
        {
            return values.Texts().Contains(found.Presence == KeyPresence.Absent ? "true" : "false", StringComparer.OrdinalIgnoreCase) ? null
                : found.Presence == KeyPresence.Absent ? NoSuchKey(key, values)
                : new TrustPolicyMismatch { Path = values.Path, Seen = string.Join(", ", values.Texts()), Needed = "false", Reason = "The token always has this claim, so that the condition never holds.", Remedy = "Remove it, or write \"false\"." };
        }

        if (ConditionOperator.Parse(name) is not { } test)
        {
            return Undecided(values, $"{name} is not an operator for text, so this cannot be judged from the token.");
        }

        if (found.Value is not { } value)
        {
            return test.HoldsWithoutKey ? null : NoSuchKey(key, values);
        }

        return test.Holds(value, values.Texts()) switch
        {
            true => null,
            null => Undecided(values, "The value of a policy variable is not known here, so this cannot be judged from the token."),
            false => Different(test, value, values),
        };
    }

    private TrustPolicyMismatch Different(ConditionOperator test, string value, PolicyElement values)
    {
        var (reason, remedy) = ValueReason(test, values.Texts(), value, value == _needed.Subject ? _needed.Audience : _needed.Subject);
        return new TrustPolicyMismatch { Path = values.Path, Seen = string.Join(", ", values.Texts()), Needed = value, Reason = reason, Remedy = remedy };
    }

    private TrustPolicyMismatch NoSuchKey(string key, PolicyElement values)
    {
        if (key.Equals(ContextKey.ExternalId, StringComparison.OrdinalIgnoreCase))
        {
            return new TrustPolicyMismatch
            {
                Path = values.Path,
                Seen = key,
                Reason = $"{TrustPolicy.Action} has no external id, so that the condition never holds.",
                Remedy = "Remove it; only sts:AssumeRole takes one.",
            };
        }

        var (provider, claim) = ContextKey.Split(key);
        var right = $"{_needed.Provider}:{(claim is "aud" or "sub" ? claim : "sub")}";
        return new TrustPolicyMismatch
        {
            Path = values.Path,
            Seen = key,
            Needed = right,
            Reason = $"The key names no claim of the token, so that the condition never holds: {KeyReason(provider, claim)}.",
            Remedy = $"Write the key as \"{right}\".",
        };
    }

    private string KeyReason(string provider, string claim) => provider switch
    {
        _ when provider.StartsWith("arn:", StringComparison.Ordinal) => "it begins with the provider's ARN; only what follows oidc-provider/ belongs there",
        _ when claim is not ("aud" or "sub") => "it must end in :aud or :sub",
        _ => ProviderDifference.Explain(provider, _needed.Provider) ?? "it differs in capitals",
    };

    private static (string Reason, string Remedy) ValueReason(ConditionOperator test, string[] found, string expected, string other)
    {
        var set = $"Write \"{expected}\".";
        if (test.IsNegated)
        {
            return ("The condition excludes exactly this value of the token.", $"Remove the value from {test.Name}.");
        }

        if (found.Length == 0)
        {
            return ("The list of values is empty, so that the condition never holds.", set);
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

    private IEnumerable<TrustPolicyMismatch> Open(string key, string value, string other, string effect)
    {
        Condition[] asked = [.. _conditions.Where(condition => condition.Key.Equals(key, StringComparison.OrdinalIgnoreCase))];
        if (!Array.Exists(asked, condition => condition.KeepsOut(other)))
        {
            yield return new TrustPolicyMismatch
            {
                Path = asked is [var first, ..]
                    ? first.Values.Path
                    : PolicyElement.PathOf(PolicyElement.PathOf(PolicyElement.PathOf(_statement.Path, "Condition"), "StringEquals"), key),
                Seen = asked.Length == 0 ? null : string.Join(", ", asked.SelectMany(static condition => condition.Values.Texts())),
                Needed = value,
                Reason = $"{(asked.Length == 0 ? "No condition on" : "Nobody is kept out by the condition on")} :{ContextKey.Split(key).Claim}: {effect}",
                Remedy = $"Add \"{key}\": \"{value}\" under StringEquals.",
                Kind = TrustPolicyMismatchKind.Advice,
            };
        }
    }

    private sealed record Condition(string Operator, string Key, PolicyElement Values)
    {
        /// <summary>Whether somebody else's claim may fail it.</summary>
        public bool KeepsOut(string other) =>
            !Operator.Equals(ConditionOperator.Null, StringComparison.OrdinalIgnoreCase)
            && ConditionOperator.Parse(Operator)?.Holds(other, Values.Texts()) is not true;
    }
}
