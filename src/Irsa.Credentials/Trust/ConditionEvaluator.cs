using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Trust;

/// <summary>Evaluates the conditions of a statement: all must hold, and most do not hold for a key that the call does not have.</summary>
internal sealed class ConditionEvaluator
{
    // Another service account of the same cluster, and a token for another service.
    private const string OtherNamespace = "another-namespace";
    private const string OtherSubject = $"system:serviceaccount:{OtherNamespace}:another-account";
    private const string OtherAudience = "another-audience";

    private readonly TrustPolicy _needed;
    private readonly PolicyElement _statement;
    private readonly Condition[] _conditions;
    private readonly DateTimeOffset _now;

    public ConditionEvaluator(TrustPolicy needed, PolicyElement statement, DateTimeOffset now)
    {
        _needed = needed;
        _now = now;
        _statement = statement;
        _conditions =
        [
            .. from test in statement.Member("Condition")?.Members() ?? []
               from condition in test.Element.Members()
               select new Condition(test.Name, condition.Name, condition.Element),
        ];
    }

    /// <summary>The conditions that do not hold, and those that cannot be evaluated.</summary>
    public IEnumerable<TrustPolicyMismatch> Findings() => _conditions.Select(Evaluate).OfType<TrustPolicyMismatch>();

    /// <summary>What is not restricted, so that STS accepts others too.</summary>
    public IEnumerable<TrustPolicyMismatch> Advice() =>
    [
        .. Open($"{_needed.Provider}:sub", _needed.Subject, OtherSubject, $"{EverySubject} can assume the role."),
        .. OpenNamespace(),
        .. Open($"{_needed.Provider}:{AudienceKey}", _needed.Audience, OtherAudience, "tokens for another audience are accepted too."),
    ];

    /// <summary>Who is let in where nothing restricts the subject. An audience is no restriction: whoever asks for a token chooses it.</summary>
    private string EverySubject => (IsServiceAccount, Array.Exists(_conditions, condition => !IsKey(condition, "sub") && !IsKey(condition, AudienceKey))) switch
    {
        (true, false) => "every service account of the cluster",
        (true, true) => "every service account of the cluster whose token meets the other conditions",
        (false, false) => "every token of the issuer",
        (false, true) => "every token of the issuer that meets the other conditions",
    };

    private bool IsServiceAccount => _needed.Subject.StartsWith("system:serviceaccount:", StringComparison.Ordinal);

    /// <summary>Where the token's audience has a key of its own, <c>aud</c> is something else.</summary>
    private string AudienceKey => HasKey("oaud") ? "oaud" : "aud";

    private static TrustPolicyMismatch Inconclusive(PolicyElement values, string reason) => new()
    {
        Path = values.Path,
        Seen = string.Join(", ", values.Texts()),
        Reason = reason,
        Remedy = "Check by hand that the condition holds for the call.",
        Kind = TrustPolicyMismatchKind.Inconclusive,
    };

    private TrustPolicyMismatch? Evaluate(Condition condition)
    {
        var (name, key, values) = condition;
        if (TemplatePlaceholder.IsIn(key))
        {
            return TemplatePlaceholder.Mismatch(values.Path, key, NeededKey(ContextKey.Split(key).Claim));
        }

        if (DateCondition.Holds(name, key, values.Texts(), _now) is { } holds)
        {
            return holds ? null : new TrustPolicyMismatch
            {
                Path = values.Path,
                Seen = string.Join(", ", values.Texts()),
                Reason = "The time of the call is outside of this limit: its date has passed, or has not come yet.",
                Remedy = "Remove the condition, or write another date.",
            };
        }

        var found = ContextKey.Find(key, _needed);
        if (found.Presence == KeyPresence.Unknown)
        {
            return Inconclusive(values, $"The token does not show the value of the key {DisplayText.Quote(key)}, so this condition cannot be evaluated.");
        }

        if (name.Equals(ConditionOperator.Null, StringComparison.OrdinalIgnoreCase))
        {
            return values.Texts().Contains(found.Presence == KeyPresence.Absent ? "true" : "false", StringComparer.OrdinalIgnoreCase) ? null
                : found.Presence == KeyPresence.Absent ? NoSuchKey(key, values)
                : new TrustPolicyMismatch { Path = values.Path, Seen = string.Join(", ", values.Texts()), Needed = "false", Reason = "The token always has this claim, so the condition never holds.", Remedy = "Remove the condition, or write \"false\"." };
        }

        if (ConditionOperator.Parse(name) is not { } test)
        {
            return Inconclusive(values, $"{DisplayText.Quote(name)} is not a string operator, so this condition cannot be evaluated.");
        }

        if (found.Value is not { } value)
        {
            return test.HoldsWithoutKey ? null : NoSuchKey(key, values);
        }

        return test.Holds(value, values.Texts()) switch
        {
            true => null,
            null => Inconclusive(values, "The token does not show the value of a policy variable, so this condition cannot be evaluated."),
            false => Different(test, key, value, values),
        };
    }

    private TrustPolicyMismatch Different(ConditionOperator test, string key, string value, PolicyElement values)
    {
        if (Array.Find(values.Texts(), TemplatePlaceholder.IsIn) is { } placeholder)
        {
            return TemplatePlaceholder.Mismatch(values.Path, placeholder, value);
        }

        if (!test.IsNegated && AudienceKey != "aud" && ContextKey.Split(key).Claim.Equals("aud", StringComparison.OrdinalIgnoreCase) && values.Texts().Contains(_needed.Audience, StringComparer.Ordinal))
        {
            return new TrustPolicyMismatch
            {
                Path = values.Path,
                Seen = string.Join(", ", values.Texts()),
                Needed = value,
                Reason = "For this issuer :aud is the client that the token was issued to (its claim azp); the audience is :oaud.",
                Remedy = $"Write \"{value}\", and the audience under \"{_needed.Provider}:oaud\".",
            };
        }

        var (reason, remedy) = ValueReason(test, values.Texts(), value, SwappedClaims(ContextKey.Split(key).Claim, value, values.Texts()));
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
                Reason = $"{TrustPolicy.Action} has no external ID, so the condition never holds.",
                Remedy = "Remove the condition; only sts:AssumeRole has an external ID.",
            };
        }

        var (provider, claim) = ContextKey.Split(key);
        var right = NeededKey(claim);
        return new TrustPolicyMismatch
        {
            Path = values.Path,
            Seen = key,
            Needed = right,
            Reason = $"The key is not a claim of the token, so the condition never holds: {KeyReason(provider, claim)}.",
            Remedy = $"Write the key as \"{right}\".",
        };
    }

    private bool IsKey(Condition condition, string claim) => condition.Key.Equals($"{_needed.Provider}:{claim}", StringComparison.OrdinalIgnoreCase);

    private string NeededKey(string claim) => $"{_needed.Provider}:{(HasKey(claim) ? claim : "sub")}";

    private bool HasKey(string claim) => _needed.Claims.Any(known => known.Claim == claim);

    private string KeyReason(string provider, string claim) => provider switch
    {
        _ when provider.StartsWith("arn:", StringComparison.Ordinal) => "it begins with the provider's ARN, but only the part after oidc-provider/ belongs here",
        _ when !HasKey(claim) => $"it must end in {string.Join(" or ", _needed.Claims.Select(static known => $":{known.Claim}"))}",
        _ => ProviderDifference.Explain(provider, _needed.Provider) ?? "it differs in upper and lower case",
    };

    /// <summary>The claim of a key and the one whose value stands there; null where the values are those of no other.</summary>
    private string? SwappedClaims(string claim, string value, string[] found)
    {
        var other = _needed.Claims.FirstOrDefault(known => known.Value != value && found.Contains(known.Value, StringComparer.Ordinal)).Claim;
        return other is null ? null : string.Join(" and ", _needed.Claims.Select(static known => known.Claim).Where(name => name == other || name.Equals(claim, StringComparison.OrdinalIgnoreCase)).Select(static name => $":{name}"));
    }

    private static (string Reason, string Remedy) ValueReason(ConditionOperator test, string[] found, string expected, string? swapped)
    {
        var set = $"Write \"{expected}\".";
        if (test.IsNegated)
        {
            return ("The condition excludes exactly the token's value.", $"Remove the value from {test.Name}.");
        }

        if (found.Length == 0)
        {
            return ("The list of values is empty, so the condition never holds.", set);
        }

        if (swapped is not null)
        {
            return ($"The values of {swapped} are swapped.", set);
        }

        if (!test.TakesWildcards && found.Any(static value => value.Contains('*', StringComparison.Ordinal) || value.Contains('?', StringComparison.Ordinal)))
        {
            var fits = found.Any(value => ConditionOperator.Like(value, expected));
            return (
                $"{test.Name} does not support wildcards" + (fits ? "." : ", and the pattern does not match the token either."),
                fits ? "Move the condition to StringLike." : $"Write \"{expected}\", or a pattern that matches it under StringLike.");
        }

        return (string.Join(" Or: ", found.Select(value => ClaimDifference.Explain(value, expected))), set);
    }

    /// <summary>The same account name in any namespace, which whoever may create a namespace can have.</summary>
    private IEnumerable<TrustPolicyMismatch> OpenNamespace()
    {
        if (_needed.Subject.Split(':') is ["system", "serviceaccount", _, var account]
            && Array.Find(_conditions, static condition => condition.Key.EndsWith(":sub", StringComparison.OrdinalIgnoreCase)) is { } asked
            && _conditions.Where(condition => condition.Key.Equals(asked.Key, StringComparison.OrdinalIgnoreCase)) is var all
            && all.Any(static condition => condition.KeepsOut(OtherSubject))
            && !all.Any(condition => condition.KeepsOut($"system:serviceaccount:{OtherNamespace}:{account}")))
        {
            yield return new TrustPolicyMismatch
            {
                Path = asked.Values.Path,
                Seen = string.Join(", ", asked.Values.Texts()),
                Needed = _needed.Subject,
                Reason = $"The condition accepts the service account {account} of every namespace.",
                Remedy = $"Write \"{_needed.Subject}\".",
                Kind = TrustPolicyMismatchKind.Advice,
            };
        }
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
                Reason = $"{(asked.Length == 0 ? "No condition restricts" : "The condition does not restrict")} :{ContextKey.Split(key).Claim}, so {effect}",
                Remedy = $"Add \"{key}\": \"{value}\" under StringEquals.",
                Kind = TrustPolicyMismatchKind.Advice,
            };
        }
    }

    private sealed record Condition(string Operator, string Key, PolicyElement Values)
    {
        /// <summary>Whether the condition does not hold for another value.</summary>
        public bool KeepsOut(string other) =>
            !Operator.Equals(ConditionOperator.Null, StringComparison.OrdinalIgnoreCase)
            && ConditionOperator.Parse(Operator)?.Holds(other, Values.Texts()) is not true;
    }
}
