using System.IO.Enumeration;

namespace Irsa.Credentials.Trust;

/// <summary>Evaluates one statement as IAM does for this token: principal, action, conditions.</summary>
internal sealed class StatementEvaluator
{
    private readonly PolicyElement _statement;
    private readonly PrincipalEvaluator? _principal;
    private readonly TrustPolicyMismatch[] _principalFindings;
    private readonly TrustPolicyMismatch[] _actionFindings;
    private readonly ConditionEvaluator _conditions;

    public StatementEvaluator(TrustPolicy needed, PolicyElement statement, DateTimeOffset now)
    {
        _statement = statement;
        Faults = [.. StatementSchema.Faults(statement)];
        _principal = statement.Member("Principal") is { } principal && Faults.All(fault => fault.Path != principal.Path) ? new PrincipalEvaluator(needed, principal) : null;
        _principalFindings = [.. PrincipalFindings(needed)];
        _actionFindings = [.. ActionFindings()];
        _conditions = new ConditionEvaluator(needed, statement, now);
    }

    /// <summary>Gets what IAM does not accept. What such a statement means is a guess.</summary>
    public IReadOnlyList<TrustPolicyMismatch> Faults { get; }

    public bool IsDeny => _statement.Member("Effect")?.Text().Equals("Deny", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Gets a value indicating whether the statement is meant for web identities, by its action or principal, right or wrong.</summary>
    public bool IsForWebIdentities =>
        _principal?.IsWebIdentityProvider == true
        || _statement.Member("Action")?.Texts().Any(static action => action.Contains("WebIdentity", StringComparison.OrdinalIgnoreCase)) == true
        || (_principal?.IsEverybody == true && _actionFindings.Length == 0);

    /// <summary>
    /// Gets how far the statement is from accepting the token, for comparison. Its purpose counts more than the number of differences: a statement
    /// for another cluster has more of them than one for EC2, but is the one to correct.
    /// </summary>
    public (bool Refuses, bool OtherAction, bool OtherPrincipal, int Refusing, int Inconclusive, int Advice) Distance
    {
        get
        {
            var findings = Findings();
            var refusing = Count(findings, TrustPolicyMismatchKind.Refuses);
            return (
                refusing > 0,
                _actionFindings.Length > 0,
                _principal is not ({ IsWebIdentityProvider: true } or { IsEverybody: true }),
                refusing,
                Count(findings, TrustPolicyMismatchKind.Inconclusive),
                Count(findings, TrustPolicyMismatchKind.Advice));
        }
    }

    /// <summary>What keeps the statement from allowing the exchange, and advice if it allows too much.</summary>
    public IReadOnlyList<TrustPolicyMismatch> Findings()
    {
        TrustPolicyMismatch[] findings = [.. Faults, .. _principalFindings, .. _actionFindings, .. _conditions.Findings()];

        // A wrong key is explained as such. The advice that the right one is missing would repeat it.
        return Faults.Count > 0 || _conditions.Findings().Any(static finding => finding.Kind == TrustPolicyMismatchKind.Refuses)
            ? findings
            : [.. findings, .. _conditions.Advice()];
    }

    /// <summary>What a Deny means for the token. It overrides every Allow.</summary>
    public IEnumerable<TrustPolicyMismatch> Denial()
    {
        if (Faults.Count > 0)
        {
            return Faults;
        }

        TrustPolicyMismatch[] obstacles = [.. _principalFindings, .. _actionFindings, .. _conditions.Findings()];
        if (obstacles.Any(static finding => finding.Kind == TrustPolicyMismatchKind.Refuses))
        {
            return [];
        }

        var inconclusive = obstacles.Where(static finding => finding.Kind == TrustPolicyMismatchKind.Inconclusive).Select(static finding => finding.Path).ToList();
        var denial = new TrustPolicyMismatch
        {
            Path = _statement.Path.Length == 0 ? "the statement" : _statement.Path,
            Seen = "Deny",
            Reason = "This Deny statement applies to the token, and a Deny overrides every Allow.",
            Remedy = "Remove the statement, or add a condition that excludes this service account.",
        };
        return inconclusive.Count == 0
            ? [denial]
            :
            [
                denial with
                {
                    Reason = $"This Deny statement may apply to the token, and a Deny overrides every Allow. Not evaluated: {string.Join(" and ", inconclusive)}.",
                    Remedy = "Check by hand that one of its conditions does not hold for the call.",
                    Kind = TrustPolicyMismatchKind.Inconclusive,
                },
            ];
    }

    private static int Count(IEnumerable<TrustPolicyMismatch> findings, TrustPolicyMismatchKind kind) => findings.Count(finding => finding.Kind == kind);

    private static bool Covers(string pattern) => pattern.AsSpan().Trim().Length == pattern.Length && FileSystemName.MatchesSimpleExpression(pattern, TrustPolicy.Action, ignoreCase: true);

    private IEnumerable<TrustPolicyMismatch> PrincipalFindings(TrustPolicy needed)
    {
        if (_principal is { IsMet: false })
        {
            yield return _principal.Difference();
        }
        else if (_principal is { IsEverybody: true } && !IsDeny)
        {
            yield return new TrustPolicyMismatch
            {
                Path = PolicyElement.PathOf(_statement.Path, "Principal"),
                Seen = "*",
                Needed = needed.ProviderArn,
                Reason = "The statement trusts everybody.",
                Remedy = $"Write {{ \"Federated\": \"{needed.ProviderArn}\" }}.",
                Kind = TrustPolicyMismatchKind.Advice,
            };
        }
    }

    private IEnumerable<TrustPolicyMismatch> ActionFindings()
    {
        if (_statement.Member("NotAction") is { } except && except.Texts().Any(Covers))
        {
            yield return new TrustPolicyMismatch
            {
                Path = except.Path,
                Seen = except.Text(),
                Reason = $"NotAction excludes {TrustPolicy.Action}.",
                Remedy = "Remove it from NotAction.",
            };
        }

        if (_statement.Member("Action") is { IsTexts: true } action && !action.Texts().Any(Covers))
        {
            var found = action.Text();
            yield return new TrustPolicyMismatch
            {
                Path = action.Path,
                Seen = found,
                Needed = TrustPolicy.Action,
                Reason = action.Texts().Any(static one => Covers(one.Trim())) ? "The action has white space around it, so IAM does not recognise it."
                    : found.Contains("WithSAML", StringComparison.OrdinalIgnoreCase) ? "The action is the one of SAML federation."
                    : found.Contains("sts:AssumeRole", StringComparison.OrdinalIgnoreCase) ? "sts:AssumeRole is for callers that already have credentials; a web identity needs another action."
                    : "The statement allows another action.",
                Remedy = $"Write \"{TrustPolicy.Action}\".",
            };
        }
    }
}
