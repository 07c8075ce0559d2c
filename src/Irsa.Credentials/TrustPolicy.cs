using System.Text.Encodings.Web;
using System.Text.Json;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Tokens;
using Irsa.Credentials.Trust;

namespace Irsa.Credentials;

/// <summary>
/// The trust policy that lets one Kubernetes service account assume a role
/// (<see href="https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html"/>).
/// </summary>
public sealed class TrustPolicy
{
    /// <summary>The audience of IRSA tokens in every partition.</summary>
    public const string DefaultAudience = "sts.amazonaws.com";

    internal const string Action = "sts:AssumeRoleWithWebIdentity";

    private static readonly JsonWriterOptions Pretty = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private TrustPolicy(string issuer, string subject, string audience, string? authorizedParty, string roleArn, string accountId, string partition)
    {
        RoleArn = roleArn;
        Provider = WithoutScheme(issuer);
        Subject = subject;
        Audience = audience;
        OwnProviderArn = $"arn:{partition}:iam::{accountId}:oidc-provider/{Provider}";
        Claims = BuiltInProvider.Claims(Provider, audience, authorizedParty, subject);
    }

    /// <summary>Gets the issuer without its scheme, which names the OIDC provider and begins the condition keys.</summary>
    public string Provider { get; }

    /// <summary>Gets the role that is to be assumed.</summary>
    internal string RoleArn { get; }

    /// <summary>Gets the issuer's URL, as IAM takes it to create a provider.</summary>
    internal string Issuer => $"https://{Provider}";

    /// <summary>
    /// Gets the ARN of the OIDC provider, which must exist in the account that owns the role. The issuers that AWS has built in, such as
    /// <c>accounts.google.com</c>, have no ARN: then it is <see cref="Provider"/>, and no provider must be created.
    /// </summary>
    public string ProviderArn => IsBuiltIn ? Provider : OwnProviderArn;

    /// <summary>Gets a value indicating whether AWS knows the issuer without a provider in the account.</summary>
    internal bool IsBuiltIn => BuiltInProvider.Is(Provider);

    /// <summary>Gets the ARN that a provider for the issuer has in the role's account.</summary>
    internal string OwnProviderArn { get; }

    /// <summary>Gets the claims that the policy compares, and what the token has under each.</summary>
    internal IReadOnlyList<(string Claim, string Value)> Claims { get; }

    /// <summary>Gets the subject: <c>system:serviceaccount:NAMESPACE:NAME</c>.</summary>
    public string Subject { get; }

    /// <summary>Gets the audience.</summary>
    public string Audience { get; }

    /// <summary>Creates the policy for a service account that is known by name.</summary>
    /// <param name="issuer">The cluster's OIDC issuer, with or without <c>https://</c>.</param>
    /// <param name="kubernetesNamespace">The service account's namespace.</param>
    /// <param name="serviceAccount">The service account's name.</param>
    /// <param name="roleArn">The role that is to be assumed. It gives account and partition.</param>
    /// <param name="audience">The token's audience; the default is <see cref="DefaultAudience"/>.</param>
    /// <exception cref="ArgumentException">A value is empty, or <paramref name="roleArn"/> is not a role ARN.</exception>
    public static TrustPolicy For(
        string issuer,
        string kubernetesNamespace,
        string serviceAccount,
        string roleArn,
        string audience = DefaultAudience)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(issuer);
        ArgumentException.ThrowIfNullOrWhiteSpace(kubernetesNamespace);
        ArgumentException.ThrowIfNullOrWhiteSpace(serviceAccount);
        ArgumentException.ThrowIfNullOrWhiteSpace(audience);
        ThrowIfNoRole(roleArn);
        return Create(issuer, $"system:serviceaccount:{kubernetesNamespace}:{serviceAccount}", audience, authorizedParty: null, roleArn);
    }

    /// <summary>Creates the policy that a token needs. The method reads the token's claims; it neither verifies nor sends the token.</summary>
    /// <param name="token">The token's text.</param>
    /// <param name="roleArn">The role that is to be assumed. It gives account and partition.</param>
    /// <exception cref="ArgumentException">The text is not a token, it has no issuer or no subject, or <paramref name="roleArn"/> is not a role ARN.</exception>
    public static TrustPolicy ForToken(string token, string roleArn)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(token);
        ThrowIfNoRole(roleArn);
        if (!TokenParser.TryParse(token.Trim(), out var claims, out var looksLike))
        {
            throw new ArgumentException($"The text is not a JSON web token: {looksLike}.", nameof(token));
        }

        return For(claims, roleArn) ?? throw new ArgumentException("The token has no issuer or no subject.", nameof(token));
    }

    /// <summary>Creates the policy that the token in a file needs. The method reads the token's claims; it neither verifies nor sends the token.</summary>
    /// <param name="path">The token file, usually the value of <c>AWS_WEB_IDENTITY_TOKEN_FILE</c>.</param>
    /// <param name="roleArn">The role that is to be assumed. It gives account and partition.</param>
    /// <param name="cancellationToken">Cancels reading the file.</param>
    /// <exception cref="ArgumentException">A value is empty, or <paramref name="roleArn"/> is not a role ARN.</exception>
    /// <exception cref="IrsaException">The file cannot be read, or holds no token with issuer and subject.</exception>
    public static async Task<TrustPolicy> ForTokenFileAsync(string path, string roleArn, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ThrowIfNoRole(roleArn);
        var token = (await new TokenFile(Path.GetFullPath(path), TimeProvider.System).ReadAsync(cancellationToken).ConfigureAwait(false)).Require();
        return For(token.Claims, roleArn) ?? throw TokenFileFailures.NotAToken(path, "it has no issuer or no subject").ToException();
    }

    /// <summary>Compares a role's trust policy with the token.</summary>
    /// <param name="policyJson">
    /// The policy document, a statement of it, a list of statements, or the whole answer of <c>aws iam get-role</c>. The role in such an answer is
    /// compared too.
    /// </param>
    /// <returns>
    /// The elements that do not match. Empty if a statement accepts the token and no other denies it. If several statements for web identities do
    /// not accept it, the result explains the closest one. A condition that the token does not decide is
    /// <see cref="TrustPolicyMismatchKind.Inconclusive"/>.
    /// </returns>
    public IReadOnlyList<TrustPolicyMismatch> Compare(string policyJson)
    {
        ArgumentNullException.ThrowIfNull(policyJson);
        return TrustComparison.Compare(this, policyJson, TimeProvider.System.GetUtcNow());
    }

    /// <summary>Writes the whole policy document as JSON.</summary>
    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Pretty))
        {
            json.WriteStartObject();
            json.WriteString("Version", "2012-10-17");
            json.WriteStartArray("Statement");
            json.WriteStartObject();
            json.WriteString("Effect", "Allow");
            json.WriteStartObject("Principal");
            json.WriteString("Federated", ProviderArn);
            json.WriteEndObject();
            json.WriteString("Action", Action);
            json.WriteStartObject("Condition");
            json.WriteStartObject("StringEquals");
            foreach (var (claim, value) in Claims)
            {
                json.WriteString($"{Provider}:{claim}", value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        // The token's claims are in it. The writer leaves bidirectional overrides and the like; as escapes they are the same JSON.
        return DisplayText.EscapeLines(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    /// <inheritdoc/>
    public override string ToString() => ToJson();

    /// <summary>Null if the claims have no issuer or no subject.</summary>
    internal static TrustPolicy? For(TokenClaims? token, string roleArn) =>
        token is { Issuer: { Length: > 0 } issuer, Subject: { Length: > 0 } subject }
            ? Create(issuer, subject, token.Audience is [var first, ..] ? first : DefaultAudience, token.AuthorizedParty, roleArn)
            : null;

    /// <summary>IAM names a provider by its issuer without the scheme. A slash at the issuer's end is part of the name.</summary>
    internal static string WithoutScheme(string issuer)
    {
        var scheme = issuer.IndexOf("://", StringComparison.Ordinal);
        return scheme < 0 ? issuer : issuer[(scheme + 3)..];
    }

    /// <summary>Whether AWS takes tokens of the issuer for any audience, because no provider in the account names some.</summary>
    internal static bool IsBuiltInIssuer(string? issuer) => issuer is not null && BuiltInProvider.Is(WithoutScheme(issuer));

    private static void ThrowIfNoRole(string roleArn)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(roleArn);
        if (!RoleArnValidator.IsRole(roleArn) && !RoleArnValidator.IsRoleOfAnotherServer(roleArn))
        {
            throw new ArgumentException($"The text is not a valid IAM role ARN such as arn:aws:iam::111122223333:role/NAME: {RoleArnValidator.Explain(roleArn)}.", nameof(roleArn));
        }
    }

    private static TrustPolicy Create(string issuer, string subject, string audience, string? authorizedParty, string roleArn)
    {
        var parts = roleArn.Split(':', 6);
        return new TrustPolicy(issuer, subject, audience, authorizedParty, roleArn, parts.Length > 4 ? parts[4] : string.Empty, parts.Length > 1 ? parts[1] : "aws");
    }
}
