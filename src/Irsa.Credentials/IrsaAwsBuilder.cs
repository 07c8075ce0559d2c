using Amazon.Runtime;
using Irsa.Credentials;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.BypassGuard;
using Irsa.Credentials.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

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
    /// one. It takes the place of what is registered for the service and key already, so the last call decides. The region is the identity's
    /// unless <paramref name="configure"/> sets another. No reflection; safe for trimming and native AOT.
    /// </summary>
    /// <typeparam name="TService">The client's interface, such as <c>IAmazonS3</c>.</typeparam>
    /// <param name="configure">Changes the client's configuration, which is of the service's own type, such as <c>AmazonS3Config</c>.</param>
    public IrsaAwsBuilder AddClient<TService>(Action<ClientConfig, IServiceProvider>? configure = null)
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

    /// <summary>
    /// Accepts that a client of <c>AddAWSService</c>, or one that the application makes, signs with something else than this library's
    /// credentials, although nothing in its registration says with what. Without it the host does not start, or the request is refused
    /// (IRSA501).
    /// </summary>
    /// <typeparam name="TService">The client's interface, such as <c>IAmazonS3</c>.</typeparam>
    /// <param name="serviceKey">The client's key; the default is <see cref="Name"/>, for the default identity the client without a key.</param>
    public IrsaAwsBuilder AllowOtherCredentials<TService>(object? serviceKey = null)
        where TService : class, IAmazonService
    {
        ClientVerifier.Of(Services).Except(typeof(TService), serviceKey ?? (Name.Length == 0 ? null : Name));
        return this;
    }

    /// <summary>
    /// Makes every AWS client of the process that is made without credentials, in libraries too, sign with this identity and never with
    /// another. It is reserved at once and there from the host's start on, one that the application has made at once; what runs before needs
    /// <see cref="WebIdentityTokenCredentials.UseForWholeProcess"/>.
    /// </summary>
    /// <exception cref="IrsaException">The SDK has given an AWS client other credentials already (IRSA505).</exception>
    public IrsaAwsBuilder UseForWholeProcess()
    {
        ProcessIdentity.Reserve();
        Services.AddSingleton(new ProcessWideRegistration(Name));
        IdentityName.GivenTo(Services, Name)?.UseForWholeProcess();
        return this;
    }
}
