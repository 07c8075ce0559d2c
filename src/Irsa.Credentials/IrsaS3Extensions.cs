using Amazon.S3;
using Amazon.S3.Model;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials;

/// <summary>Presigned URLs that tell when they really end.</summary>
public static class IrsaS3Extensions
{
    private static readonly TimeSpan LongestUrl = TimeSpan.FromDays(7);

    /// <summary>A session may be this old and need not be replaced: exchanges that callers force are half as far apart at least.</summary>
    private static readonly TimeSpan OldestForLongestUrl = 2 * CacheState.ForcedExchangeInterval;

    /// <summary>
    /// Signs a URL with a session that lives long enough, if the role grants one. S3 refuses a URL as soon as the session that signed it has
    /// ended, whatever the URL itself says
    /// (<see href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html"/>). So the URL never names a later end.
    /// </summary>
    /// <param name="s3">
    /// Any S3 client. If its credentials are not this library's, their own expiration limits the URL. If the end of the session is not known,
    /// for instance behind a decorator of the client, the call fails.
    /// </param>
    /// <param name="request">
    /// What the URL is for; its <see cref="GetPreSignedUrlRequest.Expires"/> is set here, and for a client of an http endpoint its <c>Protocol</c>.
    /// </param>
    /// <param name="lifetime">
    /// 1 second to 7 days, S3's limit. Sessions live 1 hour unless <see cref="IrsaOptions.SessionDuration"/> asks for more. A lifetime up to one minute
    /// below that of the session is always possible; a longer one is always refused, however old the session is.
    /// </param>
    /// <param name="whenShorter">What to do if the role grants no session that lives so long.</param>
    /// <param name="cancellationToken">Ends the wait of this caller; an exchange in progress continues for the others.</param>
    /// <exception cref="ArgumentOutOfRangeException">The lifetime is out of its range.</exception>
    /// <exception cref="IrsaException">The session is too short and <paramref name="whenShorter"/> is <see cref="ShortSessionBehavior.Refuse"/>, or its end is not known (IRSA504); or there are no credentials.</exception>
    public static async Task<PresignedUrl> GetPresignedUrlAsync(
        this IAmazonS3 s3,
        GetPreSignedUrlRequest request,
        TimeSpan lifetime,
        ShortSessionBehavior whenShorter = ShortSessionBehavior.Refuse,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(s3);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(lifetime, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, LongestUrl);
        var credentials = SigningIdentity.Of(s3);
        return SigningIdentity.Of(credentials) is { } identity
            ? await SignAsync(s3, request, identity.Cache, lifetime, whenShorter, cancellationToken).ConfigureAwait(false)
            : await SignAsync(s3, request, await S3UrlSigner.RemainingAsync(s3, request, credentials).ConfigureAwait(false), lifetime, whenShorter).ConfigureAwait(false);
    }

    /// <summary>Looks afterwards which session the client has signed with: it may have been replaced between the two looks.</summary>
    private static async Task<PresignedUrl> SignAsync(
        IAmazonS3 s3, GetPreSignedUrlRequest request, CredentialCache cache, TimeSpan lifetime, ShortSessionBehavior whenShorter, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var snapshot = await cache.GetSnapshotAsync(lifetime, cancellationToken).ConfigureAwait(false);
            var longest = snapshot.LifeOnArrival - Min(OldestForLongestUrl, snapshot.LifeOnArrival / 2);
            if (lifetime > longest && whenShorter == ShortSessionBehavior.Refuse)
            {
                throw RegistrationFailures.PresignedUrlOutlivesSession(lifetime, longest).ToException();
            }

            var remaining = TimeSpan.FromMilliseconds(snapshot.ExpiresAt - cache.Clock.Milliseconds);
            var url = await SignAsync(s3, request, remaining, lifetime, whenShorter).ConfigureAwait(false);
            if (url.Url.Query.Contains(snapshot.Keys.AccessKey, StringComparison.Ordinal))
            {
                return url;
            }
        }

        throw RegistrationFailures.UrlSignedByOthers(cache.RoleArn).ToException();
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    /// <param name="s3">The client.</param>
    /// <param name="request">What the URL is for.</param>
    /// <param name="remaining">The remaining lifetime of the session; null if the credentials do not tell, which is allowed only for long-term keys.</param>
    /// <param name="lifetime">What was asked for.</param>
    /// <param name="whenShorter">What to do where less is left.</param>
    private static async Task<PresignedUrl> SignAsync(IAmazonS3 s3, GetPreSignedUrlRequest request, TimeSpan? remaining, TimeSpan lifetime, ShortSessionBehavior whenShorter)
    {
        if (remaining < lifetime && whenShorter == ShortSessionBehavior.Refuse)
        {
            throw RegistrationFailures.PresignedUrlOutlivesSession(lifetime, remaining.Value).ToException();
        }

        var lives = remaining < lifetime ? remaining.Value : lifetime;
        var signed = await S3UrlSigner.SignAsync(s3, request, lives).ConfigureAwait(false);
        if (remaining is null && signed.HasSession)
        {
            throw RegistrationFailures.UrlOfUnknownSession().ToException();
        }

        return new PresignedUrl { Url = signed.Address, Expiration = signed.Expiration, IsCapped = lives < lifetime };
    }
}
