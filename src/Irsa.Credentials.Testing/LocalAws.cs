using System.Net;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.Testing;

/// <summary>
/// An OIDC issuer, STS and a small S3 on three random loopback ports, with a token file like a pod's. The server verifies tokens, trust
/// policies, signatures and expirations, so a test fails here for the reasons for which it would fail at AWS.
/// </summary>
/// <remarks>
/// Other services are out of scope. For DynamoDB use DynamoDB Local, for SQS an emulator such as ElasticMQ, for several services at once
/// LocalStack: set <c>ServiceURL</c> of the client to the emulator's address. The client still signs with the session of the local STS,
/// which these emulators accept without verification.
/// </remarks>
public sealed class LocalAws : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ObjectStore _store;
    private readonly LocalAwsOptions _options;
    private readonly CancellationTokenSource _stopping = new();
    private int _disposed;

    private LocalAws(LocalAwsOptions options)
    {
        _options = options;
        _store = new ObjectStore(options.ObjectFolder, options.TimeProvider);
        Issuer = new LocalIssuer(options);
        Sts = new LocalSts(LocalRoleArn.Parse(options.RoleArn).Account);
        S3 = new LocalS3(_store);
        Tokens = new TokenDirectory(options, () => Issuer.IssueToken());
        PodIdentity = new LocalPodIdentity(options.RoleArn, new TokenDirectory(options, () => Issuer.IssueToken(static token => token.Audience = PodIdentityService.Audience)));
        _server = Build();
    }

    /// <summary>Gets the OIDC issuer, which signs the tokens.</summary>
    public LocalIssuer Issuer { get; }

    /// <summary>Gets the local STS.</summary>
    public LocalSts Sts { get; }

    /// <summary>Gets the local S3.</summary>
    public LocalS3 S3 { get; }

    /// <summary>Gets the directory with the token file.</summary>
    public TokenDirectory Tokens { get; }

    /// <summary>Gets the local agent of EKS Pod Identity, whose association names <see cref="RoleArn"/>.</summary>
    public LocalPodIdentity PodIdentity { get; }

    /// <summary>Gets the ARN of the role that exists from the start, <see cref="LocalAwsOptions.RoleArn"/>.</summary>
    public string RoleArn => _options.RoleArn;

    /// <summary>Gets the region that requests must be signed for, <see cref="LocalAwsOptions.Region"/>.</summary>
    public string Region => _options.Region;

    /// <summary>
    /// Gets all variables that a process needs: those that the EKS webhook injects into a container, and the addresses of STS and S3
    /// (<c>AWS_ENDPOINT_URL_STS</c>, <c>AWS_ENDPOINT_URL_S3</c>).
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["AWS_STS_REGIONAL_ENDPOINTS"] = "regional",
        ["AWS_DEFAULT_REGION"] = Region,
        ["AWS_REGION"] = Region,
        ["AWS_ROLE_ARN"] = RoleArn,
        ["AWS_WEB_IDENTITY_TOKEN_FILE"] = Tokens.Path,
        ["AWS_ENDPOINT_URL_STS"] = Sts.Endpoint.AbsoluteUri,
        ["AWS_ENDPOINT_URL_S3"] = S3.Endpoint.AbsoluteUri,
    };

    /// <summary>Gets all variables of a pod that has EKS Pod Identity instead of a web identity, and the addresses of STS and S3.</summary>
    public IReadOnlyDictionary<string, string> PodIdentityEnvironment => new Dictionary<string, string>
    {
        ["AWS_STS_REGIONAL_ENDPOINTS"] = "regional",
        ["AWS_DEFAULT_REGION"] = Region,
        ["AWS_REGION"] = Region,
        ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = PodIdentity.Endpoint.AbsoluteUri,
        ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = PodIdentity.Tokens.Path,
        ["AWS_ENDPOINT_URL_STS"] = Sts.Endpoint.AbsoluteUri,
        ["AWS_ENDPOINT_URL_S3"] = S3.Endpoint.AbsoluteUri,
    };

    /// <summary>Starts all services. The role, its trust policy, the OIDC provider and the first token exist when the method returns.</summary>
    /// <param name="configure">Changes the options; null keeps the defaults.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="ArgumentException">Options are invalid; the message names each of them.</exception>
    /// <exception cref="IOException"><see cref="LocalAwsOptions.ObjectFolder"/> cannot be read or written.</exception>
    public static async Task<LocalAws> StartAsync(Action<LocalAwsOptions>? configure = null, CancellationToken cancellationToken = default)
    {
        var options = new LocalAwsOptions();
        configure?.Invoke(options);
        options.Validate();
        var aws = new LocalAws(options);
        try
        {
            await aws._server.StartAsync(cancellationToken).ConfigureAwait(false);
            aws.SetEndpoints();
            aws.Sts.AddProvider(aws.Issuer.Url.OriginalString, TrustPolicy.DefaultAudience);
            aws.Sts.AddRole(options.RoleArn, aws.TrustPolicyOf(options.RoleArn).ToJson());
            foreach (var bucket in options.Buckets)
            {
                aws.S3.CreateBucket(bucket);
            }

            aws.Tokens.Start();
            aws.PodIdentity.Tokens.Start();
            return aws;
        }
        catch
        {
            await aws.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Returns the trust policy that lets this server's service account assume a role.</summary>
    /// <param name="roleArn">The ARN of the role.</param>
    public TrustPolicy TrustPolicyOf(string roleArn) => TrustPolicy.For(Issuer.Url.OriginalString, _options.Namespace, _options.ServiceAccount, roleArn);

    /// <summary>Points the credential provider at this server: <c>services.AddIrsaAws(aws.Configure)</c>.</summary>
    /// <param name="options">The options of the provider; role, token file, region and STS endpoint are set.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    public void Configure(IrsaOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.RoleArn = RoleArn;
        options.WebIdentityTokenFile = Tokens.Path;
        options.Region = Region;
        options.StsEndpoint = Sts.Endpoint;
    }

    /// <summary>Points the credential provider at this server's agent of EKS Pod Identity: <c>services.AddIrsaAws(aws.ConfigurePodIdentity)</c>.</summary>
    /// <param name="options">The options of the provider; source, address, token file, region and STS endpoint are set.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    public void ConfigurePodIdentity(IrsaOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Source = CredentialSource.PodIdentity;
        options.ContainerCredentialsUri = PodIdentity.Endpoint;
        options.ContainerTokenFile = PodIdentity.Tokens.Path;
        options.Region = Region;
        options.StsEndpoint = Sts.Endpoint;
    }

    /// <summary>
    /// Points all clients that are made from these options at this server: <c>services.AddDefaultAWSOptions(options)</c>. S3 and STS are
    /// served; clients of other services need options of their own.
    /// </summary>
    /// <param name="options">The options; the service URL and the signing region are set.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    public void Configure(AWSOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);

        // A region would replace the URL. The address of S3 answers requests to STS as well.
        options.Region = null;
        options.DefaultClientConfig.ServiceURL = S3.Endpoint.AbsoluteUri;
        options.DefaultClientConfig.AuthenticationRegion = Region;
    }

    /// <summary>
    /// Points a client of S3 or STS at this server: <c>AddClient&lt;IAmazonS3, AmazonS3Config&gt;(aws.Configure)</c>, or for the SDK's own
    /// <c>AddAWSService&lt;IAmazonS3&gt;((config, _) => aws.Configure(config))</c>.
    /// </summary>
    /// <param name="config">The configuration of the client; the service URL and the signing region are set.</param>
    /// <exception cref="ArgumentNullException"><paramref name="config"/> is null.</exception>
    /// <exception cref="ArgumentException">The client is one of another service.</exception>
    public void Configure(ClientConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.ServiceURL = config.RegionEndpointServiceName switch
        {
            "s3" => S3.Endpoint.AbsoluteUri,
            "sts" => Sts.Endpoint.AbsoluteUri,
            var other => throw new ArgumentException($"LocalAws serves S3 and STS, not '{other}'. Set ServiceURL of this client to an emulator of that service.", nameof(config)),
        };
        config.AuthenticationRegion = Region;
    }

    /// <summary>Stops all services, ends calls that are still held, and deletes the token directory. Further calls have no effect.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _server.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
        Tokens.Dispose();
        PodIdentity.Tokens.Dispose();
        _store.Dispose();
        _stopping.Dispose();
    }

    private WebApplication Build()
    {
        // An empty builder: settings and variables of the test must not reach this server.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            for (var service = 0; service < 4; service++)
            {
                kestrel.Listen(IPAddress.Loopback, 0);
            }
        });
        var server = builder.Build();
        var sessions = new SessionStore();
        var sts = new StsService(Sts, Issuer, sessions, Region, _options.TimeProvider);
        var s3 = new S3Service(S3, _store, sessions, Region, _options.TimeProvider);
        var agent = new PodIdentityService(PodIdentity, sessions, _options.TimeProvider);
        var stopping = _stopping.Token;
        server.Run(context =>
        {
            var port = context.Connection.LocalPort;
            if (port == Sts.Endpoint.Port || (port == S3.Endpoint.Port && StsService.IsStsRequest(context.Request)))
            {
                context.Features.Set<ErrorFormat>(StsXml.WriteErrorAsync);
                return sts.HandleAsync(context, stopping);
            }

            if (port == S3.Endpoint.Port)
            {
                return s3.HandleAsync(context, stopping);
            }

            return port == PodIdentity.Endpoint.Port ? agent.HandleAsync(context, stopping) : Issuer.HandleAsync(context);
        });
        return server;
    }

    private void SetEndpoints()
    {
        var addresses = _server.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Select(static address => new Uri(address)).ToList();
        Issuer.Url = addresses[0];
        Sts.Endpoint = addresses[1];
        S3.Endpoint = addresses[2];
        PodIdentity.Endpoint = new Uri(addresses[3], PodIdentityService.Path);
    }
}
