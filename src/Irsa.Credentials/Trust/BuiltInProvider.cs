namespace Irsa.Credentials.Trust;

/// <summary>
/// The issuers that AWS has built in (<see href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html"/>): a policy
/// names them by host, and an OIDC provider that an account creates for one of them makes STS refuse its tokens. Facebook and Login with Amazon are not
/// among them: what they issue are access tokens, which are no JWTs and have no audience.
/// </summary>
internal static class BuiltInProvider
{
    private const string Google = "accounts.google.com";

    private static readonly string[] Names =
    [
        Google, "cognito-identity.amazonaws.com", "cognito-identity-us-gov.amazonaws.com", "cognito-identity.us-gov-east-1.amazonaws.com",
    ];

    /// <param name="provider">The issuer without its scheme.</param>
    public static bool Is(string provider) => Names.Contains(provider, StringComparer.Ordinal);

    /// <summary>
    /// The condition keys that a token of the issuer decides. For Google, <c>aud</c> is the client that the token was issued to, where it names one, and
    /// <c>oaud</c> is its audience.
    /// </summary>
    public static IReadOnlyList<(string Claim, string Value)> Claims(string provider, string audience, string? authorizedParty, string subject) =>
        provider == Google && authorizedParty is not null
            ? [("aud", authorizedParty), ("oaud", audience), ("sub", subject)]
            : [("aud", audience), ("sub", subject)];
}
