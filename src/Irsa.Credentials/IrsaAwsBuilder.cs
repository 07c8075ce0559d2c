using Amazon.Runtime;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.BypassGuard;
using Irsa.Credentials.DependencyInjection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Irsa.Credentials;

/// <summary>Registers clients for one identity.</summary>
public sealed class IrsaAwsBuilder
{
    internal IrsaAwsBuilder(IServiceCollection services, string name)
    {
        Services = services;
        Name = name;
    }

    /// <summary>Gets the container.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Gets the identity's key; empty for the default one.</summary>
    public string Name { get; }

    /// <summary>
    /// Registers a singleton client that signs with this identity: plain for the default identity, keyed by <see cref="Name"/> for a named
    /// one. It replaces an earlier registration of the service and key, so the last call decides. The container's <c>AWSOptions</c>, or
    /// its configuration section <c>AWS</c>, set region, endpoint, retries and time-outs as they do for <c>AddAWSService</c>; the region is
    /// the identity's where they name none. Beside a shared <c>ServiceURL</c> the SDK ignores a shared <c>Region</c>, and so does this:
    /// <c>AuthenticationRegion</c> names the region that such a server is signed for.
    /// </summary>
    /// <typeparam name="TService">The client's interface, such as <c>IAmazonS3</c>.</typeparam>
    public IrsaAwsBuilder AddClient<TService>()
        where TService : class, IAmazonService => Add<TService>(configure: null);

    /// <inheritdoc cref="AddClient{TService}()"/>
    /// <typeparam name="TService">The client's interface, such as <c>IAmazonS3</c>.</typeparam>
    /// <typeparam name="TConfig">The service's own configuration, such as <c>AmazonS3Config</c>, or <see cref="ClientConfig"/>.</typeparam>
    /// <param name="configure">Changes the client's configuration, after everything else is set.</param>
    /// <exception cref="InvalidOperationException">The configuration is that of another service.</exception>
    public IrsaAwsBuilder AddClient<TService, TConfig>(Action<TConfig> configure)
        where TService : class, IAmazonService
        where TConfig : ClientConfig
    {
        ArgumentNullException.ThrowIfNull(configure);
        return AddClient<TService, TConfig>((_, config) => configure(config));
    }

    /// <inheritdoc cref="AddClient{TService, TConfig}(Action{TConfig})"/>
    public IrsaAwsBuilder AddClient<TService, TConfig>(Action<IServiceProvider, TConfig> configure)
        where TService : class, IAmazonService
        where TConfig : ClientConfig
    {
        ArgumentNullException.ThrowIfNull(configure);

        // The SDK's own names tell whether they belong together. Only where they do not, a configuration is made to look at.
        if (typeof(TConfig) != typeof(ClientConfig) && $"I{typeof(TConfig).Name}" != $"{typeof(TService).Name}Config")
        {
            ClientFactory.Cast<TService, TConfig>(TService.CreateDefaultClientConfig());
        }

        return Add<TService>((provider, config) => configure(provider, ClientFactory.Cast<TService, TConfig>(config)));
    }

    /// <summary>
    /// Accepts that a client of <c>AddAWSService</c>, or one that the application makes, signs with other credentials than this library's,
    /// although its registration does not name them. Without it the host does not start, or the request is refused (IRSA501).
    /// </summary>
    /// <typeparam name="TService">The client's interface, such as <c>IAmazonS3</c>.</typeparam>
    /// <param name="serviceKey">
    /// The client's key; the default is <see cref="Name"/>, for the default identity the client without a key. Where the container has no default
    /// identity, the default is both.
    /// </param>
    public IrsaAwsBuilder AllowOtherCredentials<TService>(object? serviceKey = null)
        where TService : class, IAmazonService
    {
        var verifier = ClientVerifier.Of(Services);
        verifier.Allow(typeof(TService), serviceKey ?? (Name.Length == 0 ? null : Name));
        if (serviceKey is null)
        {
            verifier.AllowPlainWithoutDefault(typeof(TService));
        }

        return this;
    }

    /// <summary>
    /// Makes every AWS client of the process that is made without credentials, in libraries too, sign with this identity and never with
    /// another. The identity is available from the host's start on; clients that are used before get an error, unless
    /// <see cref="WebIdentityTokenCredentials.UseForWholeProcess"/> was called for an identity of the application.
    /// </summary>
    /// <remarks>
    /// A client that was made before this call signs with the identity too, but the SDK then reads the credentials two or three times for one
    /// request: it can mix two sessions while they are replaced, and waiting for credentials ignores the request's cancellation.
    /// </remarks>
    /// <exception cref="IrsaException">The SDK has given an AWS client other credentials already (IRSA505).</exception>
    public IrsaAwsBuilder UseForWholeProcess()
    {
        ProcessIdentity.Reserve();
        Services.AddSingleton(new ProcessWideRegistration(Name));
        ClientVerifier.Of(Services).GiveToProcess(Name);
        IdentityName.MadeByApplication(Services, Name)?.UseForWholeProcess();
        return this;
    }

    private IrsaAwsBuilder Add<TService>(Action<IServiceProvider, ClientConfig>? configure)
        where TService : class, IAmazonService
    {
        if (Name.Length == 0)
        {
            Services.RemoveAll<TService>();
            Services.AddSingleton(provider => ClientFactory.Create<TService>(provider, Name, configure));
        }
        else
        {
            Services.RemoveAllKeyed<TService>(Name);
            Services.AddKeyedSingleton(Name, (provider, _) => ClientFactory.Create<TService>(provider, Name, configure));
        }

        return this;
    }
}
