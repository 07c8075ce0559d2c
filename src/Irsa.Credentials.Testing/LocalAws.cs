using System.Net;
using Amazon.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.Testing;

/// <summary>
/// An OIDC issuer, STS and a small S3 on three random ports of the loopback interface, with a token file like a pod's. Tokens, trust policies,
/// signatures and expirations are really checked, so a test fails here for what it would fail for at AWS.
/// </summary>
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
        _server = Build();
        Tokens = new TokenDirectory(options, () => Issuer.IssueToken());
    }

    /// <summary>Gets the issuer of the tokens.</summary>
    public LocalIssuer Issuer { get; }

    /// <summary>Gets STS.</summary>
    public LocalSts Sts { get; }

    /// <summary>Gets S3.</summary>
    public LocalS3 S3 { get; }

    /// <summary>Gets the folder with the token.</summary>
    public TokenDirectory Tokens { get; }

    /// <summary>Gets the role that exists from the start.</summary>
    public string RoleArn => _options.RoleArn;

    /// <summary>Gets the region.</summary>
    public string Region => _options.Region;

    /// <summary>Gets exactly the variables that the EKS webhook injects into a container.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["AWS_STS_REGIONAL_ENDPOINTS"] = "regional",
        ["AWS_DEFAULT_REGION"] = Region,
        ["AWS_REGION"] = Region,
        ["AWS_ROLE_ARN"] = RoleArn,
        ["AWS_WEB_IDENTITY_TOKEN_FILE"] = Tokens.Path,
    };

    /// <summary>Starts all services; the role, its trust policy, the OIDC provider and the first token are in place when it returns.</summary>
    /// <param name="configure">What differs from the defaults.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="ArgumentException">Options that cannot be used; the message names all of them.</exception>
    /// <exception cref="IOException">The object folder cannot be used.</exception>
    public static async Task<LocalAws> StartAsync(Action<LocalAwsOptions>? configure = null, CancellationToken cancellationToken = default)
    {
        var options = new LocalAwsOptions();
        configure?.Invoke(options);
        options.Judge();
        var aws = new LocalAws(options);
        try
        {
            await aws._server.StartAsync(cancellationToken).ConfigureAwait(false);
            aws.Locate();
            aws.Sts.AddProvider(aws.Issuer.Url.OriginalString, TrustPolicy.DefaultAudience);
            aws.Sts.AddRole(options.RoleArn, aws.TrustPolicyOf(options.RoleArn).ToJson());
            foreach (var bucket in options.Buckets)
            {
                aws.S3.CreateBucket(bucket);
            }

            aws.Tokens.Start();
            return aws;
        }
        catch
        {
            await aws.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The trust policy that lets this server's service account assume a role.</summary>
    /// <param name="roleArn">The role.</param>
    public TrustPolicy TrustPolicyOf(string roleArn) => TrustPolicy.For(Issuer.Url.OriginalString, _options.Namespace, _options.ServiceAccount, roleArn);

    /// <summary>Points a provider at this server: <c>services.AddIrsaAws(aws.Configure)</c>.</summary>
    /// <param name="options">The provider's options.</param>
    /// <exception cref="ArgumentNullException">There are no options.</exception>
    public void Configure(IrsaOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.RoleArn = RoleArn;
        options.WebIdentityTokenFile = Tokens.Path;
        options.Region = Region;
        options.StsEndpoint = Sts.Endpoint;
    }

    /// <summary>Points a client of <c>AddAWSService</c> at this server: <c>services.AddAWSService&lt;IAmazonS3&gt;(aws.Configure)</c>.</summary>
    /// <param name="config">The client's configuration.</param>
    /// <param name="provider">Not used; it is there so that the method fits.</param>
    /// <exception cref="ArgumentException">It is a client of another service, or there is none.</exception>
    public void Configure(ClientConfig config, IServiceProvider provider) => Configure(config);

    /// <summary>Points a client of S3 or STS at this server: <c>builder.AddClient&lt;IAmazonS3, AmazonS3Config&gt;(aws.Configure)</c>.</summary>
    /// <param name="config">The client's configuration.</param>
    /// <exception cref="ArgumentException">It is a client of another service, or there is none.</exception>
    public void Configure(ClientConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.ServiceURL = config.RegionEndpointServiceName switch
        {
            "s3" => S3.Endpoint.AbsoluteUri,
            "sts" => Sts.Endpoint.AbsoluteUri,
            var other => throw new ArgumentException($"LocalAws serves S3 and STS, not '{other}'. Give this client a configuration of its own.", nameof(config)),
        };
        config.AuthenticationRegion = Region;
    }

    /// <summary>Ends all services, calls that are being held among them, and deletes the token folder. Harmless to repeat.</summary>
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
        _store.Dispose();
        _stopping.Dispose();
    }

    private WebApplication Build()
    {
        // Empty: a test's own settings and variables must not reach this server.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            for (var service = 0; service < 3; service++)
            {
                kestrel.Listen(IPAddress.Loopback, 0);
            }
        });
        var server = builder.Build();
        var sessions = new SessionStore();
        var signatures = new SigV4Verifier(sessions, _options.TimeProvider);
        var sts = new StsService(Sts, Issuer, sessions, signatures, Region, _options.TimeProvider);
        var s3 = new S3Service(S3, _store, signatures, Region, _options.TimeProvider);
        var stopping = _stopping.Token;
        server.Run(context =>
        {
            var port = context.Connection.LocalPort;
            if (port == Sts.Endpoint.Port)
            {
                context.Features.Set<ErrorFormat>(StsXml.WriteErrorAsync);
                return sts.HandleAsync(context, stopping);
            }

            if (port == S3.Endpoint.Port)
            {
                return s3.HandleAsync(context, stopping);
            }

            return Issuer.HandleAsync(context);
        });
        return server;
    }

    private void Locate()
    {
        var addresses = _server.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Select(static address => new Uri(address)).ToList();
        Issuer.Locate(addresses[0]);
        Sts.Locate(addresses[1]);
        S3.Locate(addresses[2]);
    }
}
