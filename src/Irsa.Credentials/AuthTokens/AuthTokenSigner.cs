using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Signing;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.AuthTokens;

/// <summary>Signs tokens with the SDK's own signer. One snapshot decides about the signature and about the expiration; nothing is sent.</summary>
internal static class AuthTokenSigner
{
    /// <summary>
    /// What a token needs of its session: its whole lifetime, or half a session's where sessions are so short that every connection would
    /// otherwise have one replaced.
    /// </summary>
    public static TimeSpan LifetimeToAskFor(AuthTokenRequest request, CredentialSnapshot current) => Shorter(request.Lifetime, current.LifeOnArrival / 2);

    public static AuthToken Sign(AuthTokenRequest request, CredentialCache cache, CredentialSnapshot snapshot)
    {
        // The time by STS's clock, which the snapshot counts monotonically: the services refuse what a wrong local clock signs.
        var remaining = TimeSpan.FromMilliseconds(snapshot.ExpiresAt - cache.Clock.Milliseconds);
        return Sign(request, snapshot.Frozen, snapshot.Expiration - remaining, snapshot.Expiration);
    }

    /// <param name="request">What is signed.</param>
    /// <param name="credentials">One session, or keys that last.</param>
    /// <param name="signedAt">The time of the signature.</param>
    /// <param name="sessionEnd">When the session ends; null for keys that last.</param>
    public static AuthToken Sign(AuthTokenRequest request, AWSCredentials credentials, DateTimeOffset signedAt, DateTimeOffset? sessionEnd)
    {
        // The signature has whole seconds, and so has the lifetime.
        signedAt = DateTimeOffset.FromUnixTimeSeconds(signedAt.ToUnixTimeSeconds());
        var lifetime = Shorter(request.Lifetime, sessionEnd - signedAt);
        var signing = new AWSSigningRequest { HttpMethod = HttpMethod.Get, RequestUri = request.Address };
        foreach (var (name, value) in request.Headers)
        {
            signing.Headers[name] = value;
        }

        var signed = AWSSigV4Signer.Presign(
            signing,
            new AWSSigV4Parameters
            {
                Credentials = credentials,
                Region = RegionEndpoint.GetBySystemName(request.Region),
                Service = request.Service,
                SignedAt = signedAt.UtcDateTime,
            },
            Shorter(request.AddressLifetime ?? request.Lifetime, lifetime));
        return new AuthToken(request.Format(signed.Uri), signedAt + lifetime);
    }

    private static TimeSpan Shorter(TimeSpan lifetime, TimeSpan? limit) =>
        limit < lifetime ? TimeSpan.FromSeconds(Math.Max(1, Math.Floor(limit.Value.TotalSeconds))) : lifetime;
}
