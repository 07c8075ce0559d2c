using Amazon.SecurityToken;

namespace Irsa.Credentials;

/// <summary>
/// What to request from STS, and when to refresh it. An option that is null comes from the variables that the EKS pod identity webhook injects
/// (<see href="https://docs.aws.amazon.com/eks/latest/userguide/pod-configuration.html"/>). Configuration section: <c>Irsa</c>.
/// </summary>
public sealed class IrsaOptions
{
    /// <summary>The name of the configuration section that <c>AddIrsaAws()</c> reads, and that <c>AddIrsaAws(IConfiguration)</c> expects.</summary>
    public const string SectionName = "Irsa";

    /// <summary>Gets or sets where the credentials come from.</summary>
    /// <value>The default is <see cref="CredentialSource.WebIdentity"/>.</value>
    public CredentialSource Source { get; set; }

    /// <summary>
    /// Gets or sets the role to assume. With EKS Pod Identity, whose association names the role, this is the role that is expected: every new
    /// session is then compared with it, by one call of GetCallerIdentity.
    /// </summary>
    /// <value>The default is <c>AWS_ROLE_ARN</c>, with Pod Identity none: any role is accepted. <c>arn:PARTITION:iam::ACCOUNT:role/NAME</c>; the account may be empty only for a server other than AWS, which <see cref="StsEndpoint"/> names.</value>
    public string? RoleArn { get; set; }

    /// <summary>Gets or sets the file that holds the web identity token. Every exchange reads it.</summary>
    /// <value>The default is <c>AWS_WEB_IDENTITY_TOKEN_FILE</c>. Absolute for this operating system.</value>
    public string? WebIdentityTokenFile { get; set; }

    /// <summary>Gets or sets where the token comes from, if it is not a file.</summary>
    /// <value>The default, null, is <see cref="WebIdentityTokenFile"/>. It replaces <c>AWS_WEB_IDENTITY_TOKEN_FILE</c>; together with <see cref="WebIdentityTokenFile"/> it is an error.</value>
    public WebIdentityTokenSource? TokenSource { get; set; }

    /// <summary>Gets or sets the address that gives credentials to this container: of EKS Pod Identity's agent, or ECS's. It is called without a proxy, unless it is https.</summary>
    /// <value>
    /// The default is <c>AWS_CONTAINER_CREDENTIALS_RELATIVE_URI</c> on <c>http://169.254.170.2</c>, then <c>AWS_CONTAINER_CREDENTIALS_FULL_URI</c>.
    /// Plain http only to this machine, 169.254.170.2, 169.254.170.23 and [fd00:ec2::23]. Not used with <see cref="CredentialSource.WebIdentity"/>.
    /// </value>
    public Uri? ContainerCredentialsUri { get; set; }

    /// <summary>Gets or sets the file that holds the token for that address. Every exchange reads it.</summary>
    /// <value>The default is <c>AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE</c>, then the token in <c>AWS_CONTAINER_AUTHORIZATION_TOKEN</c>. Absolute.</value>
    public string? ContainerTokenFile { get; set; }

    /// <summary>Gets or sets the session name that CloudTrail shows.</summary>
    /// <value>
    /// The default is <c>AWS_ROLE_SESSION_NAME</c>, else the pod's name from the token's claims, else the host name, cleaned and cut to 64.
    /// 2 to 64 ASCII letters, digits and <c>_+=,.@-</c>
    /// (<see href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html"/>).
    /// </value>
    public string? RoleSessionName { get; set; }

    /// <summary>Gets or sets the region of the STS endpoint, and of clients whose own options name no region.</summary>
    /// <value>The default is <c>AWS_REGION</c>, then <c>AWS_DEFAULT_REGION</c>, on a developer's machine then the region of the profile in use. Without a region the start fails: it is never guessed. For a server other than AWS it is what that server is configured with, for instance <c>default</c>.</value>
    public string? Region { get; set; }

    /// <summary>Gets or sets another STS endpoint: a VPC endpoint with its own name, or an S3-compatible server.</summary>
    /// <value>
    /// The default is <c>AWS_ENDPOINT_URL_STS</c>, then <c>AWS_ENDPOINT_URL</c>, both of which <c>AWS_IGNORE_CONFIGURED_ENDPOINT_URLS</c> =
    /// true turns off, then <c>endpoint_url</c> in the SDK's file, else the region's endpoint
    /// (<see href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html"/>). An empty variable counts as absent.
    /// </value>
    public Uri? StsEndpoint { get; set; }

    /// <summary>
    /// Gets or sets whether STS may be called over plain <c>http</c> at a host other than this machine. Whoever can read that connection
    /// gets the web identity token and the keys of the role; whoever can change it chooses the keys that the application uses.
    /// </summary>
    /// <value>The default is false: such an endpoint is an error (IRSA111), wherever it is configured. A proxy in front of an <c>https</c> endpoint needs no permission.</value>
    public bool AllowUnencryptedSts { get; set; }

    /// <summary>Gets or sets how long the session lives.</summary>
    /// <value>
    /// 15 minutes to 12 hours; null asks for STS's default of 1 hour. EKS Pod Identity decides itself: 6 hours, or 1. STS refuses more than the role's own maximum. The library then logs that
    /// once and uses 1 hour.
    /// </value>
    public TimeSpan? SessionDuration { get; set; }

    /// <summary>Gets or sets an inline session policy that narrows the role's permissions.</summary>
    /// <value>1 to 2,048 characters of JSON, not blank; null, the default, leaves the role's permissions as they are.</value>
    public string? SessionPolicy { get; set; }

    /// <summary>Gets the ARNs of managed policies that narrow the role's permissions; at most 10, none of them blank.</summary>
    public IList<string> SessionPolicyArns { get; } = [];

    /// <summary>Gets or sets the share of a session's life after which it is replaced.</summary>
    /// <value>0.1 to 0.9; the default is 0.5. Up to a tenth of it is added at random, so that pods do not refresh at the same time.</value>
    public double RefreshAtFraction { get; set; } = 0.5;

    /// <summary>Gets or sets how long before their expiration credentials are no longer handed out.</summary>
    /// <value>
    /// 5 seconds to 10 minutes; the default is 60 seconds. It must leave room after the refresh point of every session that these options can
    /// lead to: the one asked for, the 1 hour that replaces a refused <see cref="SessionDuration"/>, and that of <see cref="AssumeRole"/>.
    /// </value>
    public TimeSpan ExpiryMargin { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets how long one call to STS may take.</summary>
    /// <value>100 milliseconds to 1 minute; the default is 5 seconds.</value>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets how long one exchange may take with all its attempts. It is the longest that a caller waits; with
    /// <see cref="AssumeRole"/>, where two exchanges follow one another, twice as long.
    /// </summary>
    /// <value>100 milliseconds to 5 minutes and not below <see cref="AttemptTimeout"/>; the default is 20 seconds.</value>
    public TimeSpan ExchangeTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Gets or sets how often STS is called within one exchange that callers wait for; only transient failures are tried again. An exchange
    /// in the background makes one attempt, and the next follows after a pause; a caller whose credentials end meanwhile shares its outcome.
    /// </summary>
    /// <value>1 to 10; the default is 4.</value>
    public int MaxAttempts { get; set; } = 4;

    /// <summary>Gets or sets what happens where nothing is injected.</summary>
    /// <value>The default is <see cref="NotInjectedBehavior.Fail"/>.</value>
    public NotInjectedBehavior WhenNotInjected { get; set; }

    /// <summary>
    /// Gets or sets a profile of the developer's AWS files that takes the pod's place: keys, single sign-on or an assumed role. It is read
    /// directly and never through the SDK's default chain. Role, token and session of the other options then have no effect.
    /// </summary>
    /// <value>The default, null, names no profile. It is taken only outside a cluster, where nothing is injected and the environment is <c>Development</c>; anywhere else the start fails (IRSA701), so set it in <c>appsettings.Development.json</c>. Single sign-on needs the packages AWSSDK.SSO and AWSSDK.SSOOIDC.</value>
    public string? DeveloperProfile { get; set; }

    /// <summary>Gets or sets a second role that is assumed with the credentials of the first; null, the default, for none.</summary>
    public AssumeRoleOptions? AssumeRole { get; set; }

    /// <summary>
    /// Gets or sets a change to the configuration of the STS client: proxy, FIPS or dual-stack endpoint, HTTP client factory. It runs at the
    /// first exchange, after everything else is set. It runs once, also for both roles of <see cref="AssumeRole"/>, and again only after it
    /// has thrown. This library keeps control of retries and time-outs.
    /// </summary>
    public Action<AmazonSecurityTokenServiceConfig>? ConfigureSts { get; set; }

    /// <summary>Gets or sets the clock, for tests.</summary>
    /// <value>The default, null, is the system's. A <see cref="System.TimeProvider"/> in the container is not used: pauses between attempts would never end with one that stands still.</value>
    public TimeProvider? TimeProvider { get; set; }

    /// <summary>Gets or sets whether credentials are fetched while the host starts, so that the first request does not wait.</summary>
    /// <value>The default is <see cref="WarmUpBehavior.BestEffort"/>.</value>
    public WarmUpBehavior WarmUpAtStart { get; set; } = WarmUpBehavior.BestEffort;
}
