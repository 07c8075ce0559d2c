using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Irsa.Credentials.Testing;

/// <summary>The OIDC issuer of the cluster: signs service account tokens with RS256 and publishes its keys.</summary>
public sealed class LocalIssuer
{
    // Shared by all servers of the process: creating a key takes longer than the rest of the start.
    private static readonly Lazy<RSA> FirstKey = new(static () => RSA.Create(2048));
    private static readonly Lazy<RSA> ForeignKey = new(static () => RSA.Create(2048));

    private readonly LocalAwsOptions _options;
    private readonly List<(RsaSecurityKey Signing, Lazy<string> Published)> _keys = [];
    private readonly string _nodeUid = Guid.NewGuid().ToString();
    private readonly string _podUid = Guid.NewGuid().ToString();
    private readonly string _serviceAccountUid = Guid.NewGuid().ToString();

    internal LocalIssuer(LocalAwsOptions options)
    {
        _options = options;
        Publish(FirstKey.Value);
    }

    /// <summary>Gets the URL of the issuer, the <c>iss</c> claim of its tokens.</summary>
    public Uri Url { get; internal set; } = new("http://127.0.0.1");

    /// <summary>Returns a new token. Only this server accepts it.</summary>
    /// <param name="configure">Changes the token; null returns the token that the kubelet would request.</param>
    public string IssueToken(Action<TokenRequest>? configure = null)
    {
        var request = new TokenRequest();
        configure?.Invoke(request);
        var issuedAt = request.IssuedAt ?? _options.TimeProvider.GetUtcNow();
        var ns = request.Namespace ?? _options.Namespace;
        var account = request.ServiceAccount ?? _options.ServiceAccount;
        var claims = new JsonObject
        {
            ["aud"] = new JsonArray(request.Audience ?? "sts.amazonaws.com"),
            ["exp"] = (issuedAt + (request.Lifetime ?? _options.TokenLifetime)).ToUnixTimeSeconds(),
            ["iat"] = issuedAt.ToUnixTimeSeconds(),
            ["iss"] = request.Issuer ?? Url.OriginalString,
            ["jti"] = Guid.NewGuid().ToString(),
            ["kubernetes.io"] = new JsonObject
            {
                ["namespace"] = ns,
                ["node"] = new JsonObject { ["name"] = request.NodeName ?? "node-0", ["uid"] = _nodeUid },
                ["pod"] = new JsonObject { ["name"] = request.PodName ?? _options.PodName, ["uid"] = request.PodUid ?? _podUid },
                ["serviceaccount"] = new JsonObject { ["name"] = account, ["uid"] = _serviceAccountUid },
            },
            ["nbf"] = issuedAt.ToUnixTimeSeconds(),
            ["sub"] = $"system:serviceaccount:{ns}:{account}",
        };
        request.ChangeClaims?.Invoke(claims);
        RsaSecurityKey signing;
        lock (_keys)
        {
            signing = _keys[^1].Signing;
        }

        var key = request.InvalidSignature ? new RsaSecurityKey(ForeignKey.Value) { KeyId = signing.KeyId } : signing;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }
            .CreateToken(claims.ToJsonString(), new SigningCredentials(key, SecurityAlgorithms.RsaSha256));
    }

    /// <summary>Signs with a new key from now on. The old keys remain published, as on EKS.</summary>
    public void RotateKey() => Publish(RSA.Create(2048));

    /// <summary>Returns the JWKS document that <c>/keys</c> serves.</summary>
    internal string KeysDocument()
    {
        lock (_keys)
        {
            return $$"""{"keys":[{{string.Join(',', _keys.Select(static key => key.Published.Value))}}]}""";
        }
    }

    internal Task HandleAsync(HttpContext context)
    {
        var document = context.Request.Path.Value switch
        {
            "/.well-known/openid-configuration" => new JsonObject
            {
                ["issuer"] = Url.OriginalString,
                ["jwks_uri"] = new Uri(Url, "keys").AbsoluteUri,
                ["authorization_endpoint"] = "urn:kubernetes:programmatic_authorization",
                ["response_types_supported"] = new JsonArray("id_token"),
                ["subject_types_supported"] = new JsonArray("public"),
                ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
                ["claims_supported"] = new JsonArray("sub", "iss"),
            }.ToJsonString(),
            "/keys" => KeysDocument(),
            _ => null,
        };
        if (document is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(document, context.RequestAborted);
    }

    private void Publish(RSA rsa)
    {
        var key = new RsaSecurityKey(rsa) { KeyId = Convert.ToHexString(SHA256.HashData(rsa.ExportSubjectPublicKeyInfo()))[..40] };
        lock (_keys)
        {
            _keys.Add((key, new Lazy<string>(() => JsonWebKeyOf(key))));
        }
    }

    private string JsonWebKeyOf(RsaSecurityKey key)
    {
        var parameters = key.Rsa.ExportParameters(includePrivateParameters: false);

        // Some servers read the key from a certificate only. They know its thumbprint, so each key has one certificate.
        var now = _options.TimeProvider.GetUtcNow();
        using var certificate = new CertificateRequest("CN=localhost", key.Rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(now.AddDays(-1), now.AddYears(1));
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["alg"] = "RS256",
            ["kid"] = key.KeyId,
            ["n"] = Base64UrlEncoder.Encode(parameters.Modulus),
            ["e"] = Base64UrlEncoder.Encode(parameters.Exponent),
            ["x5c"] = new JsonArray(Convert.ToBase64String(certificate.RawData)),
        }.ToJsonString();
    }
}
