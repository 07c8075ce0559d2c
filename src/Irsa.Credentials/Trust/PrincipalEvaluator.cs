namespace Irsa.Credentials.Trust;

/// <summary>Evaluates a statement's principal: the token's OIDC provider, everybody, or somebody else.</summary>
internal sealed class PrincipalEvaluator(TrustPolicy needed, PolicyElement principal)
{
    private const string Kind = "oidc-provider/";

    /// <summary>
    /// Gets a value indicating whether it is everybody, which is usual for a Deny and wrong for an Allow. IAM treats both forms alike
    /// (<see href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"/>).
    /// </summary>
    public bool IsEverybody => principal.IsEverything || Names("AWS") || Names("Federated");

    /// <summary>Gets a value indicating whether it includes the token's provider.</summary>
    public bool IsMet => IsEverybody || Arns.Contains(needed.ProviderArn, StringComparer.Ordinal);

    /// <summary>Gets a value indicating whether it names an identity provider other than a SAML one, right or wrong.</summary>
    public bool IsWebIdentityProvider => Arns.Any(static arn => !arn.Contains(":saml-provider/", StringComparison.Ordinal));

    private string[] Arns => principal.Member("Federated")?.Texts() ?? [];

    /// <summary>Why the principal does not include the token's provider. Only for one that does not.</summary>
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
                Reason = $"The principal has the type {kinds}; a web identity needs Federated with the {(needed.IsBuiltIn ? "name of the issuer, which AWS has built in" : "ARN of the OIDC provider")}.",
                Remedy = $"Write {{ \"Federated\": \"{needed.ProviderArn}\" }}.",
            };
        }

        if (Array.Find(Arns, TemplatePlaceholder.IsIn) is { } placeholder)
        {
            return TemplatePlaceholder.Mismatch(federated.Path, placeholder, needed.ProviderArn);
        }

        return new TrustPolicyMismatch
        {
            Path = federated.Path,
            Seen = string.Join(", ", Arns),
            Needed = needed.ProviderArn,
            Reason = $"The Federated principal is not the token's OIDC provider: {string.Join("; or ", Arns.Select(ArnReason))}.",
            Remedy = $"Write \"{needed.ProviderArn}\".",
        };
    }

    private bool Names(string kind) => principal.Member(kind)?.Items().Any(static one => one.IsEverything) == true;

    private string ArnReason(string arn)
    {
        if (needed.IsBuiltIn)
        {
            return arn == needed.OwnProviderArn ? $"AWS has {needed.Provider} built in, so it has no ARN" : $"it is not {needed.Provider}, which AWS has built in";
        }

        var expected = needed.ProviderArn.Split(':', 6);
        if (arn.Split(':', 6) is not ["arn", var partition, var service, _, var account, var resource] || arn.StartsWith("https:", StringComparison.Ordinal))
        {
            return ProviderDifference.Explain(arn, needed.Provider) is null
                ? "it is the provider's name, but must be its ARN"
                : "it is not an ARN";
        }

        string?[] differences =
        [
            service == "iam" ? null : "it is not an IAM ARN",
            partition == expected[1] ? null : $"it belongs to the partition {partition}, but the role to {expected[1]}",
            account == expected[4] ? null : $"it belongs to the account {(account.Length == 0 ? "(none)" : account)}, but the provider must exist in the role's account {expected[4]}",
            resource.StartsWith(Kind, StringComparison.Ordinal) ? ProviderDifference.Explain(resource[Kind.Length..], needed.Provider) : $"{Kind} must follow the account",
        ];
        return string.Join("; ", differences.OfType<string>());
    }
}
