namespace Irsa.Credentials.Tokens;

/// <summary>A token as read from its file: the secret text and what it says about itself.</summary>
internal sealed class WebIdentityToken
{
    public WebIdentityToken(string value, TokenClaims claims)
    {
        Value = value;
        Claims = claims;
    }

    /// <summary>Gets the text that is sent to STS. Secret: whoever holds it is the service account until it expires.</summary>
    public string Value { get; }

    public TokenClaims Claims { get; }

    /// <summary>Never prints the token.</summary>
    public override string ToString() => $"token of {Claims.Subject ?? "unknown subject"}";
}
