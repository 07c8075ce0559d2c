using System.Text.RegularExpressions;

namespace Irsa.Credentials.Failures;

/// <summary>The region of the cluster, which the issuer of an EKS cluster names. A configured region that differs is often a slip.</summary>
internal static partial class IssuerRegion
{
    /// <returns>A sentence that ends with a space; empty where the regions agree, or where the issuer names none.</returns>
    public static string Hint(ExchangeContext context) =>
        context is { IsAws: true, Token.Issuer: { } issuer } && Pattern().Match(issuer) is { Success: true } match && match.Groups[1].Value is var region && region != context.Region
            ? $"The token's issuer is in {region}, but the configured region is {DisplayText.Escape(context.Region)}: unless that is meant, set AWS_REGION and AWS_DEFAULT_REGION to {region}. "
            : string.Empty;

    [GeneratedRegex(@"\Ahttps://oidc\.eks\.([a-z0-9-]+)\.amazonaws\.", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
