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
    /// <summary>The audience of IRSA's tokens, in every partition.</summary>
    public const string DefaultAudience = "sts.amazonaws.com";

    internal const string Action = "sts:AssumeRoleWithWebIdentity";

    private static readonly JsonWriterOptions Pretty = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private TrustPolicy(string issuer, string subject, string audience, string accountId, string partition)
    {
        Provider = WithoutScheme(issuer);
        Subject = subject;
        Audience = audience;
        ProviderArn = $"arn:{partition}:iam::{accountId}:oidc-provider/{Provider}";
    }

    /// <summary>Gets the issuer without its scheme: the name of the OIDC provider and of the condition keys.</summary>
    public string Provider { get; }

    /// <summary>Gets the ARN of the OIDC provider, which must exist in the account that owns the role.</summary>
    public string ProviderArn { get; }

    /// <summary>Gets the subject: <c>system:serviceaccount:NAMESPACE:NAME</c>.</summary>
    public string Subject { get; }

    /// <summary>Gets the audience.</summary>
    public string Audience { get; }

    /// <summary>The policy for a service account that is known by name.</summary>
    /// <param name="issuer">The cluster's OIDC issuer, with or without <c>https://</c>.</param>
    /// <param name="kubernetesNamespace">The service account's namespace.</param>
    /// <param name="serviceAccount">The service account's name.</param>
    /// <param name="roleArn">The role that is to be assumed: gives account and partition.</param>
    /// <param name="audience">The token's audience; the default is <see cref="DefaultAudience"/>.</param>
    /// <exception cref="ArgumentException">A value is empty, or <paramref name="roleArn"/> is not the ARN of a role.</exception>
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
        return Create(issuer, $"system:serviceaccount:{kubernetesNamespace}:{serviceAccount}", audience, roleArn);
    }

    /// <summary>The policy that a token needs. The token is read, never verified and never sent.</summary>
    /// <param name="token">The token's text: three base64url parts.</param>
    /// <param name="roleArn">The role that is to be assumed: gives account and partition.</param>
    /// <exception cref="ArgumentException">The text is no token, it names no issuer or no subject, or <paramref name="roleArn"/> is not the ARN of a role.</exception>
    public static TrustPolicy ForToken(string token, string roleArn)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(token);
        ThrowIfNoRole(roleArn);
        if (!TokenParser.TryParse(token.Trim(), out var claims, out var looksLike))
        {
            throw new ArgumentException($"This is not a JSON web token: {looksLike}.", nameof(token));
        }

        return For(claims, roleArn) ?? throw new ArgumentException("The token names no issuer or no subject.", nameof(token));
    }

    /// <summary>The policy that the token in a file needs. The token is read, never verified and never sent.</summary>
    /// <param name="path">The token file, usually the value of <c>AWS_WEB_IDENTITY_TOKEN_FILE</c>.</param>
    /// <param name="roleArn">The role that is to be assumed: gives account and partition.</param>
    /// <param name="cancellationToken">Ends the wait for a file that is missing for a moment.</param>
    /// <exception cref="ArgumentException">A value is empty, or <paramref name="roleArn"/> is not the ARN of a role.</exception>
    /// <exception cref="IrsaException">The file holds no readable token, or one without issuer or subject.</exception>
    public static async Task<TrustPolicy> ForTokenFileAsync(string path, string roleArn, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ThrowIfNoRole(roleArn);
        var token = (await new TokenFile(Path.GetFullPath(path), TimeProvider.System).ReadAsync(cancellationToken).ConfigureAwait(false)).Require();
        return For(token.Claims, roleArn) ?? throw TokenFileFailures.NotAToken(path, "it names no issuer or no subject").ToException();
    }

    /// <summary>Says which elements of a role's trust policy do not fit the token.</summary>
    /// <param name="policyJson">
    /// The policy document, the whole answer of <c>aws iam get-role</c> around it, a statement of it, or a list of them.
    /// </param>
    /// <returns>
    /// Nothing when a statement accepts the token by its subject and audience alone and no other denies it. Of several statements that do
    /// not accept it, the closest of those for web identities is explained. A condition or a Deny that cannot be judged is
    /// <see cref="TrustPolicyMismatchKind.Undecided"/>.
    /// </returns>
    public IReadOnlyList<TrustPolicyMismatch> Compare(string policyJson)
    {
        ArgumentNullException.ThrowIfNull(policyJson);
        return TrustComparison.Compare(this, policyJson);
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
            json.WriteString($"{Provider}:aud", Audience);
            json.WriteString($"{Provider}:sub", Subject);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <inheritdoc/>
    public override string ToString() => ToJson();

    /// <summary>Null where the claims do not say enough.</summary>
    internal static TrustPolicy? For(TokenClaims? token, string roleArn) =>
        token is { Issuer: { Length: > 0 } issuer, Subject: { Length: > 0 } subject }
            ? Create(issuer, subject, token.Audience is [var first, ..] ? first : DefaultAudience, roleArn)
            : null;

    /// <summary>IAM names a provider by its issuer without scheme; a slash at the issuer's end belongs to its name.</summary>
    internal static string WithoutScheme(string issuer)
    {
        var scheme = issuer.IndexOf("://", StringComparison.Ordinal);
        return scheme < 0 ? issuer : issuer[(scheme + 3)..];
    }

    private static void ThrowIfNoRole(string roleArn)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(roleArn);
        if (!RoleArnValidator.IsRole(roleArn) && !RoleArnValidator.IsRoleOfAnotherServer(roleArn))
        {
            throw new ArgumentException($"This is not the ARN of an IAM role (arn:aws:iam::111122223333:role/NAME): {RoleArnValidator.Explain(roleArn)}.", nameof(roleArn));
        }
    }

    private static TrustPolicy Create(string issuer, string subject, string audience, string roleArn)
    {
        var parts = roleArn.Split(':', 6);
        return new TrustPolicy(issuer, subject, audience, parts.Length > 4 ? parts[4] : string.Empty, parts.Length > 1 ? parts[1] : "aws");
    }
}
