using Amazon.Runtime;
using Irsa.Credentials.AuthTokens;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials;

/// <summary>
/// Passwords and bearer tokens for services that check IAM themselves. Each is signed with one session and ends with it, whatever the service
/// allows; a session with too little time left is replaced first. Signing calls nothing: make one per connection.
/// </summary>
/// <remarks>
/// <para>
/// With this library's credentials the methods throw what <see cref="WebIdentityTokenCredentials.GetCredentialsAsync(TimeSpan, CancellationToken)"/>
/// throws. They take other credentials too, such as the SDK's default ones on a developer's machine; those decide how long they make a caller
/// wait, and the local clock dates the signature.
/// </para>
/// <para>
/// The region is the one in the host name of the endpoint, else the one that is passed, else that of the credentials
/// (<see cref="IrsaOptions.Region"/>), else <c>AWS_REGION</c>. A synchronous method blocks only where <see cref="AWSCredentials.GetCredentials"/> does.
/// </para>
/// </remarks>
public static class IrsaAuthTokenExtensions
{
    /// <summary>Signs a password for RDS or Aurora: 15 minutes, checked while a connection is opened. The IAM permission is <c>rds-db:connect</c>.</summary>
    /// <param name="credentials">Who signs.</param>
    /// <param name="host">The endpoint of the instance, cluster or proxy; a name of your own for it is refused by RDS.</param>
    /// <param name="port">1 to 65,535; the one that clients connect to.</param>
    /// <param name="user">The database user, which must be granted <c>rds_iam</c> or be identified by the AWS plug-in.</param>
    /// <param name="cancellationToken">Ends the wait of this caller.</param>
    /// <exception cref="ArgumentException">An argument cannot be part of the token, or the region is not known.</exception>
    public static Task<AuthToken> GetRdsAuthTokenAsync(this AWSCredentials credentials, string host, int port, string user, CancellationToken cancellationToken = default) =>
        SignAsync(credentials, AuthTokenRequests.Rds(host, port, user, RegionOf(credentials)), cancellationToken);

    /// <inheritdoc cref="GetRdsAuthTokenAsync"/>
    public static AuthToken GetRdsAuthToken(this AWSCredentials credentials, string host, int port, string user) =>
        Sign(credentials, AuthTokenRequests.Rds(host, port, user, RegionOf(credentials)));

    /// <summary>Signs a password for Aurora DSQL: 15 minutes. The IAM permission is <c>dsql:DbConnect</c>, for the user <c>admin</c> <c>dsql:DbConnectAdmin</c>.</summary>
    /// <param name="credentials">Who signs.</param>
    /// <param name="host">The endpoint of the cluster.</param>
    /// <param name="user">The database user.</param>
    /// <param name="cancellationToken">Ends the wait of this caller.</param>
    /// <exception cref="ArgumentException">An argument cannot be part of the token, or the region is not known.</exception>
    public static Task<AuthToken> GetDsqlAuthTokenAsync(this AWSCredentials credentials, string host, string user, CancellationToken cancellationToken = default) =>
        SignAsync(credentials, AuthTokenRequests.Dsql(host, user, RegionOf(credentials)), cancellationToken);

    /// <inheritdoc cref="GetDsqlAuthTokenAsync"/>
    public static AuthToken GetDsqlAuthToken(this AWSCredentials credentials, string host, string user) =>
        Sign(credentials, AuthTokenRequests.Dsql(host, user, RegionOf(credentials)));

    /// <summary>
    /// Signs a password for ElastiCache: 15 minutes, checked at <c>AUTH</c>. ElastiCache closes a connection 12 hours after it. The IAM
    /// permission is <c>elasticache:Connect</c>.
    /// </summary>
    /// <param name="credentials">Who signs.</param>
    /// <param name="cacheName">The id of the replication group, or the name of the serverless cache; not the endpoint.</param>
    /// <param name="user">The user, whose id and name are equal.</param>
    /// <param name="isServerless">Whether it is a serverless cache.</param>
    /// <param name="cancellationToken">Ends the wait of this caller.</param>
    /// <exception cref="ArgumentException">An argument cannot be part of the token, or the region is not known.</exception>
    public static Task<AuthToken> GetElastiCacheAuthTokenAsync(
        this AWSCredentials credentials, string cacheName, string user, bool isServerless = false, CancellationToken cancellationToken = default) =>
        SignAsync(credentials, AuthTokenRequests.ElastiCache(cacheName, user, isServerless, RegionOf(credentials)), cancellationToken);

    /// <inheritdoc cref="GetElastiCacheAuthTokenAsync"/>
    public static AuthToken GetElastiCacheAuthToken(this AWSCredentials credentials, string cacheName, string user, bool isServerless = false) =>
        Sign(credentials, AuthTokenRequests.ElastiCache(cacheName, user, isServerless, RegionOf(credentials)));

    /// <summary>
    /// Signs a password for MemoryDB: 15 minutes, checked at <c>AUTH</c>. MemoryDB closes a connection 12 hours after it. The IAM permission
    /// is <c>memorydb:Connect</c>.
    /// </summary>
    /// <param name="credentials">Who signs.</param>
    /// <param name="clusterName">The name of the cluster; not the endpoint.</param>
    /// <param name="user">The user.</param>
    /// <param name="cancellationToken">Ends the wait of this caller.</param>
    /// <exception cref="ArgumentException">An argument cannot be part of the token, or the region is not known.</exception>
    public static Task<AuthToken> GetMemoryDbAuthTokenAsync(this AWSCredentials credentials, string clusterName, string user, CancellationToken cancellationToken = default) =>
        SignAsync(credentials, AuthTokenRequests.MemoryDb(clusterName, user, RegionOf(credentials)), cancellationToken);

    /// <inheritdoc cref="GetMemoryDbAuthTokenAsync"/>
    public static AuthToken GetMemoryDbAuthToken(this AWSCredentials credentials, string clusterName, string user) =>
        Sign(credentials, AuthTokenRequests.MemoryDb(clusterName, user, RegionOf(credentials)));

    /// <summary>Signs a bearer token for MSK, for the mechanism <c>OAUTHBEARER</c>: 15 minutes. The IAM permission is <c>kafka-cluster:Connect</c>.</summary>
    /// <param name="credentials">Who signs.</param>
    /// <param name="region">The region of the cluster; null for that of the credentials.</param>
    /// <param name="cancellationToken">Ends the wait of this caller.</param>
    /// <exception cref="ArgumentException">The region is not known or not a region name.</exception>
    public static Task<AuthToken> GetMskAuthTokenAsync(this AWSCredentials credentials, string? region = null, CancellationToken cancellationToken = default) =>
        SignAsync(credentials, AuthTokenRequests.Msk(region ?? RegionOf(credentials)), cancellationToken);

    /// <inheritdoc cref="GetMskAuthTokenAsync"/>
    public static AuthToken GetMskAuthToken(this AWSCredentials credentials, string? region = null) =>
        Sign(credentials, AuthTokenRequests.Msk(region ?? RegionOf(credentials)));

    /// <summary>Signs a bearer token for the Kubernetes API of an EKS cluster: 14 minutes. It needs an access entry for the role, and no IAM permission.</summary>
    /// <param name="credentials">Who signs.</param>
    /// <param name="clusterName">The name of the cluster, or its id where the cluster is on an Outpost.</param>
    /// <param name="region">The region of the cluster; null for that of the credentials.</param>
    /// <param name="cancellationToken">Ends the wait of this caller.</param>
    /// <exception cref="ArgumentException">An argument cannot be part of the token, or the region is not known.</exception>
    public static Task<AuthToken> GetEksAuthTokenAsync(this AWSCredentials credentials, string clusterName, string? region = null, CancellationToken cancellationToken = default) =>
        SignAsync(credentials, AuthTokenRequests.Eks(clusterName, region ?? RegionOf(credentials)), cancellationToken);

    /// <inheritdoc cref="GetEksAuthTokenAsync"/>
    public static AuthToken GetEksAuthToken(this AWSCredentials credentials, string clusterName, string? region = null) =>
        Sign(credentials, AuthTokenRequests.Eks(clusterName, region ?? RegionOf(credentials)));

    private static async Task<AuthToken> SignAsync(AWSCredentials credentials, AuthTokenRequest request, CancellationToken cancellationToken)
    {
        if (SigningIdentity.Of(credentials) is { } identity)
        {
            var cache = identity.Cache;
            var current = await cache.GetSnapshotAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            return AuthTokenSigner.Sign(request, cache, await cache.GetSnapshotAsync(AuthTokenSigner.LifetimeToAskFor(request, current), cancellationToken).ConfigureAwait(false));
        }

        var keys = await credentials.GetCredentialsAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return Sign(credentials, keys, request);
    }

    private static AuthToken Sign(AWSCredentials credentials, AuthTokenRequest request)
    {
        if (SigningIdentity.Of(credentials) is not { } identity)
        {
            return Sign(credentials, credentials.GetCredentials(), request);
        }

        var cache = identity.Cache;
        return AuthTokenSigner.Sign(request, cache, cache.GetSnapshot(AuthTokenSigner.LifetimeToAskFor(request, cache.GetSnapshot(TimeSpan.Zero))));
    }

    /// <summary>Signs with credentials that are not this library's: they say when they end only for the keys that they hold at that moment.</summary>
    private static AuthToken Sign(AWSCredentials credentials, ImmutableCredentials keys, AuthTokenRequest request)
    {
        DateTimeOffset? end = credentials.Expiration is { } expiration ? new DateTimeOffset(expiration.ToUniversalTime()) : null;
        return AuthTokenSigner.Sign(request, new SnapshotCredentials(Task.FromResult(keys), end ?? default), TimeProvider.System.GetUtcNow(), end);
    }

    private static string? RegionOf(AWSCredentials credentials)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        return SigningIdentity.Of(credentials)?.Settings.Region ?? InjectedEnvironment.Process.Region;
    }
}
