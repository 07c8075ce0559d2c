using System.Diagnostics.CodeAnalysis;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Irsa.Credentials.Testing;

/// <summary>Verifies a token as STS does, in its order: the account's provider, the key and signature, the audience, the expiration.</summary>
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
            // It has a token's dots, but no JSON between them.
            return false;
        }
    }

    /// <param name="token">The token.</param>
    /// <param name="account">The account of the role that is asked for: STS looks for the provider there and nowhere else.</param>
    public async Task<StsError?> JudgeAsync(JsonWebToken token, string account)
    {
        if (sts.ClientIds(token.Issuer, account) is not { } clientIds)
        {
            return StsError.InvalidToken($"No OpenIDConnect provider found in your account for {token.Issuer}");
        }

        // The keys are read from the published document, so a token fails here if that document is wrong.
        var keys = new JsonWebKeySet(issuer.KeysDocument()).GetSigningKeys();
        if (token.Issuer != issuer.Url.OriginalString || keys.All(key => key.KeyId != token.Kid))
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

        if (!token.Audiences.Any(clientIds.Contains))
        {
            return StsError.InvalidToken("Incorrect token audience");
        }

        var (now, expires) = (time.GetUtcNow().ToUnixTimeSeconds(), new DateTimeOffset(token.ValidTo).ToUnixTimeSeconds());
        return now < expires
            ? null
            : new StsError(400, "ExpiredTokenException", $"Token expired: current date/time {now} must be before the expiration date/time {expires}");
    }
}
