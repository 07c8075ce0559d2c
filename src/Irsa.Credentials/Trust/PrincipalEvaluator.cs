namespace Irsa.Credentials.Trust;

/// <summary>Judges whom a statement speaks of: the token's OIDC provider, everybody, or somebody else.</summary>
internal sealed class PrincipalEvaluator(TrustPolicy needed, PolicyElement principal)
{
    private const string Kind = "oidc-provider/";

    /// <summary>
    /// Gets a value indicating whether it is everybody, as a Deny often says and an Allow must not. To IAM the two forms are one
    /// (<see href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"/>).
    /// </summary>
    public bool IsEverybody => principal.IsEverything || Names("AWS") || Names("Federated");

    /// <summary>Gets a value indicating whether the token's provider or everybody is named.</summary>
    public bool IsMet => IsEverybody || Arns.Contains(needed.ProviderArn, StringComparer.Ordinal);

    /// <summary>Gets a value indicating whether an identity provider other than one of SAML is named, right or wrong.</summary>
    public bool IsWebIdentityProvider => Arns.Any(static arn => !arn.Contains(":saml-provider/", StringComparison.Ordinal));

    private string[] Arns => principal.Member("Federated")?.Texts() ?? [];

    /// <summary>Why the token's provider is not among whom the statement names; only where it is not.</summary>
    public TrustPolicyMismatch Difference()
    {
        if (principal.Member("Federated") is not { } federated)
        {
            var kinds = string.Join(", ", principal.Members().Select(static member => member.Name));
            return new TrustPolicyMismatch
            {
                Path = principal.Path,
                Seen = principal.Text(),
                Needed = needed.ProviderArn,
                Reason = $"The principal is of the kind {kinds}; a web identity needs Federated with the ARN of the OIDC provider.",
                Remedy = $"Write {{ \"Federated\": \"{needed.ProviderArn}\" }}.",
            };
        }

        return new TrustPolicyMismatch
        {
            Path = federated.Path,
            Seen = string.Join(", ", Arns),
            Needed = needed.ProviderArn,
            Reason = $"The Federated principal is not the OIDC provider of the token: {string.Join("; or ", Arns.Select(ArnReason))}.",
            Remedy = $"Write \"{needed.ProviderArn}\".",
        };
    }

    private bool Names(string kind) => principal.Member(kind)?.Items().Any(static one => one.IsEverything) == true;

    private string ArnReason(string arn)
    {
        var expected = needed.ProviderArn.Split(':', 6);
        if (arn.Split(':', 6) is not ["arn", var partition, var service, _, var account, var resource] || arn.StartsWith("https:", StringComparison.Ordinal))
        {
            return ProviderDifference.Explain(arn, needed.Provider) is null
                ? "it is the provider's name; it must be its ARN"
                : "it is not an ARN";
        }

        string?[] differences =
        [
            service == "iam" ? null : "it is not an ARN of IAM",
            partition == expected[1] ? null : $"it is in the partition {partition}, and the role is in {expected[1]}",
            account == expected[4] ? null : $"it is in the account {(account.Length == 0 ? "(none)" : account)}, and the provider must be in the role's, {expected[4]}",
            resource.StartsWith(Kind, StringComparison.Ordinal) ? ProviderDifference.Explain(resource[Kind.Length..], needed.Provider) : $"after the account it must go on with {Kind}",
        ];
        return string.Join("; ", differences.OfType<string>());
    }
}
