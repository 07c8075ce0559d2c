using Amazon.Runtime;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Sts;
using Irsa.Credentials.Telemetry;
using Microsoft.Extensions.Logging;

namespace Irsa.Credentials;

/// <summary>
/// Credentials of an IAM role for a Kubernetes service account: exchanges the pod's web identity token at STS, refreshes the result in the
/// background, and never returns another identity. One object serves any number of clients and threads.
/// </summary>
public sealed class WebIdentityTokenCredentials : AWSCredentials, IDisposable, IAsyncDisposable
{
    private readonly CredentialCache _cache;

    /// <summary>Creates credentials from the variables that EKS injects.</summary>
    /// <exception cref="IrsaException">The variables are absent, incomplete or wrong; the message names every fault.</exception>
    public WebIdentityTokenCredentials()
        : this(new IrsaOptions())
    {
    }

    /// <summary>Creates credentials from options. An option that is not set comes from the variables that EKS injects.</summary>
    /// <param name="options">Read once, here.</param>
    /// <param name="loggerFactory">Where refreshes and failures are logged; the default is nowhere, until a container takes the object over with <c>AddIrsaAws(credentials)</c>.</param>
    /// <param name="timeProvider">The clock; the default is that of the options, else the system's.</param>
    /// <exception cref="IrsaException">Options or variables are absent, incomplete or wrong; the message names every fault.</exception>
    public WebIdentityTokenCredentials(IrsaOptions options, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null)
        : this(
            SettingsReader.Read(options ?? throw new ArgumentNullException(nameof(options)), InjectedEnvironment.Process).Require(),
            new CredentialCacheDependencies(loggerFactory, timeProvider ?? options.TimeProvider) { IsMadeByApplication = true })
    {
    }

    internal WebIdentityTokenCredentials(IrsaSettings settings, CredentialCacheDependencies parts)
    {
        Settings = settings;
        Telemetry = parts.Telemetry;
        _cache = CredentialCacheFactory.Create(settings, parts);
        PipelineRegistration.Process.Ensure(parts.LoggerFactory.CreateLogger<WebIdentityTokenCredentials>());
    }

    /// <summary>Gets the true expiration of what is currently held, by STS's clock; null before the first success and after disposal.</summary>
    public override DateTime? Expiration => _cache.Current?.Expiration.UtcDateTime;

    /// <summary>Gets what an operator wants to know, as of now. Cheap; never asks STS.</summary>
    public CredentialStatus Status => CredentialStatusReader.Read(_cache);

    internal CredentialCache Cache => _cache;

    internal IrsaSettings Settings { get; }

    /// <summary>Gets where this identity reports to, which a container replaces.</summary>
    internal IdentityTelemetry Telemetry { get; }

    /// <summary>
    /// Gets the credentials. Blocks only for an exchange that is needed: there are no credentials, they expire within
    /// <see cref="IrsaOptions.ExpiryMargin"/>, or a service has rejected them. That takes <see cref="IrsaOptions.ExchangeTimeout"/> at most
    /// (twice that with <see cref="IrsaOptions.AssumeRole"/>), up to 3 seconds more where the application's own code ignores cancellation,
    /// 5 where the thread pool has no free thread. If the exchange fails, credentials that have not expired are returned. Blocked callers
    /// do not starve the exchange that they wait for: the thread pool's minimum is raised while they wait.
    /// </summary>
    /// <exception cref="IrsaException">There are no credentials; the message says why and what to do.</exception>
    /// <exception cref="ObjectDisposedException">This object is disposed.</exception>
    public override ImmutableCredentials GetCredentials() => _cache.Get();

    /// <summary>
    /// Gets the credentials. Waits only for an exchange that is needed: there are no credentials, they expire within
    /// <see cref="IrsaOptions.ExpiryMargin"/>, or a service has rejected them. That takes <see cref="IrsaOptions.ExchangeTimeout"/> at most
    /// (twice that with <see cref="IrsaOptions.AssumeRole"/>), up to 3 seconds more where the application's own code ignores cancellation.
    /// If the exchange fails, credentials that have not expired are returned.
    /// </summary>
    /// <exception cref="IrsaException">There are no credentials; the message says why and what to do.</exception>
    /// <exception cref="ObjectDisposedException">This object is disposed.</exception>
    public override Task<ImmutableCredentials> GetCredentialsAsync() => _cache.GetAsync(CancellationToken.None);

    /// <inheritdoc cref="GetCredentialsAsync()"/>
    /// <param name="cancellationToken">Ends the wait of this caller; an exchange in progress continues for the others.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<ImmutableCredentials> GetCredentialsAsync(CancellationToken cancellationToken) => _cache.GetAsync(cancellationToken);

    /// <summary>
    /// Gets credentials that live at least this long, for requests that are signed now and used later. Where the role's sessions are shorter,
    /// the longest available ones are returned; compare <see cref="Expiration"/>. STS is asked at most once in 30 seconds for this, and not again for a
    /// lifetime that it has been found not to grant, until sessions become longer by a minute or more.
    /// </summary>
    /// <param name="minimumLifetime">Zero or more.</param>
    /// <param name="cancellationToken">Ends the wait of this caller; an exchange in progress continues for the others.</param>
    /// <exception cref="ArgumentOutOfRangeException">The lifetime is negative.</exception>
    /// <exception cref="IrsaException">There are no credentials; the message says why and what to do.</exception>
    /// <exception cref="ObjectDisposedException">This object is disposed.</exception>
    public async Task<ImmutableCredentials> GetCredentialsAsync(TimeSpan minimumLifetime, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumLifetime, TimeSpan.Zero);
        return (await _cache.GetSnapshotAsync(minimumLifetime, cancellationToken).ConfigureAwait(false)).Keys;
    }

    /// <summary>
    /// Replaces the current credentials because a service rejected them as expired: callers wait for one exchange and get its result. If it
    /// fails, the current credentials are used again until they expire, so that one service cannot take them from all others while STS is
    /// unreachable. At most once in 30 seconds.
    /// </summary>
    /// <param name="rejectedAccessKey">The access key id that the service rejected.</param>
    /// <returns>
    /// True if an exchange now replaces the credentials. False, without any effect, if the key is not the current one, is rejected already, or the
    /// last replacement is too recent.
    /// </returns>
    public bool Invalidate(string rejectedAccessKey) => _cache.Invalidate(rejectedAccessKey);

    /// <summary>
    /// Makes every AWS client of the process that is made without credentials, in libraries too, sign with this identity, and never with
    /// another: the SDK's default chain then has this one source. Call it before the first AWS client is used; repeating it is harmless.
    /// </summary>
    /// <remarks>
    /// A client that was made before this object signs with the identity too, but the SDK then reads the credentials two or three times for
    /// one request: it can mix two sessions while they are replaced, and waiting for credentials ignores the request's cancellation.
    /// </remarks>
    /// <returns>This object. While it is disposed such clients get an error (IRSA505).</returns>
    /// <exception cref="IrsaException">The process has another identity already, or the SDK has found one (IRSA505).</exception>
    public WebIdentityTokenCredentials UseForWholeProcess()
    {
        ProcessIdentity.Reserve();
        ProcessCredentials.Instance.Add(this);
        return this;
    }

    /// <summary>Stops refreshing and cancels an exchange in progress. Later calls get <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _cache.Dispose();

    /// <summary>
    /// Stops refreshing, cancels an exchange in progress and waits for its end: at most 2 seconds by the machine's clock, whatever clock the
    /// credentials have, if it ignores its cancellation. Later calls get <see cref="ObjectDisposedException"/>.
    /// </summary>
    public ValueTask DisposeAsync() => _cache.DisposeAsync();

    /// <summary>Never prints the keys.</summary>
    public override string ToString() => $"{nameof(WebIdentityTokenCredentials)} of {_cache.RoleArn}";
}
