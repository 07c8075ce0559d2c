using System.Diagnostics.CodeAnalysis;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Irsa.Credentials.Testing;

/// <summary>
/// Verifies a token in the order of STS: the OIDC provider of the account, key and signature, audience, expiration. An issuer that AWS has built in needs
/// no provider, and then any audience is right; its tokens are those that the local issuer signs in its name.
/// </summary>
internal sealed class WebIdentityVerifier(LocalSts sts, LocalIssuer issuer, TimeProvider time)
{
    private static readonly JsonWebTokenHandler Tokens = new();

    public static bool TryRead(string? text, [NotNullWhen(true)] out JsonWebToken? token)
    {
        token = null;
        if (!Tokens.CanReadToken(text))
        {
            return false;
        }

        try
        {
            token = Tokens.ReadJsonWebToken(text);
            return true;
        }
        catch (ArgumentException)
        {
            // It has the dots of a token, but not the JSON between them.
            return false;
        }
    }

    /// <summary>The name of the token's issuer in policies, and whether AWS has it built in.</summary>
    public static (string Name, bool IsBuiltIn) Provider(JsonWebToken token)
    {
        // Neither depends on the role or the subject.
        var policy = TrustPolicy.For(token.Issuer, "any", "any", "arn:aws:iam::111122223333:role/any");
        return (policy.Provider, policy.ProviderArn == policy.Provider);
    }

    /// <param name="token">The token.</param>
    /// <param name="account">The account of the requested role. STS searches for the OIDC provider in that account only.</param>
    /// <returns>The error; null if the token is valid.</returns>
    public async Task<StsError?> VerifyAsync(JsonWebToken token, string account)
    {
        var clientIds = sts.ClientIds(token.Issuer, account);
        var isBuiltIn = clientIds is null && !string.IsNullOrWhiteSpace(token.Issuer) && Provider(token).IsBuiltIn;
        if (clientIds is null && !isBuiltIn)
        {
            return StsError.InvalidToken($"No OpenIDConnect provider found in your account for {token.Issuer}");
        }

        // The keys come from the published document, so a token is refused if that document is wrong.
        var keys = new JsonWebKeySet(issuer.KeysDocument()).GetSigningKeys();
        if ((!isBuiltIn && token.Issuer != issuer.Url.OriginalString) || keys.All(key => key.KeyId != token.Kid))
        {
            return StsError.InvalidToken("Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements");
        }

        var signature = await Tokens.ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKeys = keys,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
        }).ConfigureAwait(false);
        if (!signature.IsValid)
        {
            return StsError.InvalidToken("The web identity token that was passed could not be validated by AWS. Get a new identity token from the identity provider and then retry the request.");
        }

        if (clientIds is not null && !token.Audiences.Any(clientIds.Contains))
        {
            return StsError.InvalidToken("Incorrect token audience");
        }

        var (now, expires) = (time.GetUtcNow().ToUnixTimeSeconds(), new DateTimeOffset(DateTime.SpecifyKind(token.ValidTo, DateTimeKind.Utc)).ToUnixTimeSeconds());
        return now < expires
            ? null
            : new StsError(400, "ExpiredTokenException", $"Token expired: current date/time {now} must be before the expiration date/time {expires}");
    }
}
