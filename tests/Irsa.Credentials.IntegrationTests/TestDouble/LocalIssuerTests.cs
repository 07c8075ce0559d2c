using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Irsa.Credentials.IntegrationTests.TestDouble;

public sealed class LocalIssuerTests : LocalAwsTest
{
    private readonly HttpClient _http = new();

    public override async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public void A_token_has_the_claims_that_Kubernetes_gives_it()
    {
        var token = new JsonWebToken(Aws.Issuer.IssueToken(static t =>
        {
            t.PodName = "web-7";
            t.PodUid = "11111111-2222-3333-4444-555555555555";
            t.NodeName = "node-9";
            t.Lifetime = TimeSpan.FromMinutes(10);
        }));

        Assert.Equal((Aws.Issuer.Url.OriginalString, "system:serviceaccount:default:app", "RS256"), (token.Issuer, token.Subject, token.Alg));
        Assert.Equal(TimeSpan.FromMinutes(10), token.ValidTo - token.IssuedAt);
        Assert.Equal(token.IssuedAt, token.ValidFrom);
        Assert.True(Guid.TryParse(token.Id, out _));
        var payload = JsonNode.Parse(Base64UrlEncoder.Decode(token.EncodedPayload))!;
        Assert.Equal(["sts.amazonaws.com"], payload["aud"]!.AsArray().Select(static item => (string?)item));
        var kubernetes = payload["kubernetes.io"]!;
        Assert.Equal(("default", "web-7", "node-9", "app"), ((string?)kubernetes["namespace"], (string?)kubernetes["pod"]!["name"], (string?)kubernetes["node"]!["name"], (string?)kubernetes["serviceaccount"]!["name"]));
        Assert.Equal("11111111-2222-3333-4444-555555555555", (string?)kubernetes["pod"]!["uid"]);
    }

    [Fact]
    public async Task A_test_can_change_every_claim()
    {
        var oldCluster = Aws.Issuer.IssueToken(static t => t.ChangeClaims = static claims => claims.Remove("kubernetes.io"));

        Assert.False(new JsonWebToken(oldCluster).TryGetPayloadValue<object>("kubernetes.io", out _));
        Assert.Equal(HttpStatusCode.OK, (await Sts.AskAsync(("WebIdentityToken", oldCluster))).Status);
    }

    [Fact]
    public async Task The_certificate_of_a_key_contains_that_key_and_never_changes()
    {
        var first = await PublishedAsync();
        var again = await PublishedAsync();

        var x5c = (string)first.Single()!["x5c"]![0]!;
        Assert.Equal(x5c, (string?)again.Single()!["x5c"]![0]);
        using var certificate = X509CertificateLoader(Convert.FromBase64String(x5c));
        using var key = certificate.GetRSAPublicKey()!;
        Assert.Equal((string?)first.Single()!["n"], Base64UrlEncoder.Encode(key.ExportParameters(includePrivateParameters: false).Modulus));
    }

    [Fact]
    public async Task A_new_key_signs_later_tokens_and_the_old_key_remains_published()
    {
        var old = Aws.Issuer.IssueToken();
        Aws.Issuer.RotateKey();
        var renewed = Aws.Issuer.IssueToken();

        var ids = (await PublishedAsync()).Select(static key => (string?)key!["kid"]).ToList();
        Assert.Equal([new JsonWebToken(old).Kid, new JsonWebToken(renewed).Kid], ids);
        Assert.NotEqual(ids[0], ids[1]);
        Assert.Equal(HttpStatusCode.OK, (await Sts.AskAsync(("WebIdentityToken", old))).Status);
        Assert.Equal(HttpStatusCode.OK, (await Sts.AskAsync(("WebIdentityToken", renewed))).Status);
    }

    [Fact]
    public async Task A_token_of_an_unknown_key_cannot_be_verified()
    {
        using var rsa = RSA.Create(2048);
        var own = new JsonWebToken(Aws.Issuer.IssueToken());
        var forged = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            Base64UrlEncoder.Decode(own.EncodedPayload),
            new SigningCredentials(new RsaSecurityKey(rsa) { KeyId = "unknown" }, SecurityAlgorithms.RsaSha256));

        var reply = await Sts.AskAsync(("WebIdentityToken", forged));

        Assert.Equal("InvalidIdentityToken", reply.Code);
        Assert.Contains("Couldn't retrieve verification key", reply.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_may_take_several_audiences_or_be_removed()
    {
        var token = Aws.Issuer.IssueToken(static t => t.Audience = "other");
        Aws.Sts.AddProvider(Aws.Issuer.Url.OriginalString, "other", "sts.amazonaws.com");
        Assert.Equal("AccessDenied", (await Sts.AskAsync(("WebIdentityToken", token))).Code);
        Assert.Equal(HttpStatusCode.OK, (await Sts.AskAsync()).Status);

        Aws.Sts.RemoveProvider(Aws.Issuer.Url.OriginalString);
        Assert.Equal($"No OpenIDConnect provider found in your account for {Aws.Issuer.Url.OriginalString}", (await Sts.AskAsync()).Sentence);
    }

    [Fact]
    public async Task A_role_is_trusted_with_a_provider_of_its_own_account_only()
    {
        const string Elsewhere = "arn:aws:iam::999988887777:role/elsewhere";
        Aws.Sts.AddRole(Elsewhere, Aws.TrustPolicyOf(Elsewhere).ToJson());
        Assert.Equal($"No OpenIDConnect provider found in your account for {Aws.Issuer.Url.OriginalString}", (await Sts.AskAsync(("RoleArn", Elsewhere))).Sentence);

        Aws.Sts.AddProvider(Aws.Issuer.Url.OriginalString, ["sts.amazonaws.com"], "999988887777");
        Assert.Equal("arn:aws:sts::999988887777:assumed-role/elsewhere/session", (await Sts.AskAsync(("RoleArn", Elsewhere))).Element("Arn"));

        Aws.Sts.RemoveProvider(Aws.Issuer.Url.OriginalString, "999988887777");
        Assert.Equal("InvalidIdentityToken", (await Sts.AskAsync(("RoleArn", Elsewhere))).Code);
        Assert.Equal(HttpStatusCode.OK, (await Sts.AskAsync()).Status);
    }

    /// <summary>AWS refuses its tokens where the account has a provider in its name.</summary>
    [Theory]
    [InlineData("https://accounts.google.com", "the-client")]
    [InlineData("https://accounts.google.com", null)]
    [InlineData("https://cognito-identity.amazonaws.com", null)]
    [InlineData("https://cognito-identity.amazonaws.com", "the-client")]
    public async Task An_issuer_that_AWS_has_built_in_needs_no_provider_and_takes_the_policy_of_the_library(string issuer, string? client)
    {
        var token = Aws.Issuer.IssueToken(t =>
        {
            (t.Issuer, t.Audience) = (issuer, "an-audience");
            t.ChangeClaims = claims => claims["azp"] = client;
        });
        Assert.Equal("AccessDenied", (await Sts.AskAsync(("WebIdentityToken", token))).Code);

        Aws.Sts.AddRole(Aws.RoleArn, TrustPolicy.ForToken(token, Aws.RoleArn).ToJson());
        Assert.Equal(HttpStatusCode.OK, (await Sts.AskAsync(("WebIdentityToken", token))).Status);

        Aws.Sts.AddProvider(issuer, "an-audience");
        Assert.Equal("InvalidIdentityToken", (await Sts.AskAsync(("WebIdentityToken", token))).Code);
    }

    [Fact]
    public async Task The_three_services_have_ports_of_their_own_on_loopback()
    {
        Assert.Equal(3, new[] { Aws.Issuer.Url.Port, Aws.Sts.Endpoint.Port, Aws.S3.Endpoint.Port }.Distinct().Count());
        Assert.All([Aws.Issuer.Url, Aws.Sts.Endpoint, Aws.S3.Endpoint], static url => Assert.Equal("127.0.0.1", url.Host));
        using var elsewhere = await _http.GetAsync(new Uri(Aws.Issuer.Url, "bucket/key"), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
    }

    private static X509Certificate2 X509CertificateLoader(byte[] data) =>
#if NET9_0_OR_GREATER
        System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(data);
#else
        new(data);
#endif

    private async Task<JsonArray> PublishedAsync() =>
        JsonNode.Parse(await _http.GetStringAsync(new Uri(Aws.Issuer.Url, "keys"), Cancel))!["keys"]!.AsArray();
}
