using Amazon.Runtime;
using Irsa.Credentials;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.BypassGuard;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.DependencyInjection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the identity of the pod's service account with a container.</summary>
public static class IrsaServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="WebIdentityTokenCredentials"/>, also as <see cref="AWSCredentials"/> and as the credentials of every client that
    /// <c>AddAWSService</c> makes. Options are judged when the host starts. Calling it again adds configuration and is harmless.
    /// </summary>
    /// <param name="services">The container.</param>
    public static IrsaAwsBuilder AddIrsaAws(this IServiceCollection services) => Add(services, Options.Options.DefaultName, configure: null);

    /// <inheritdoc cref="AddIrsaAws(IServiceCollection)"/>
    /// <param name="services">The container.</param>
    /// <param name="configure">What differs from the injected environment.</param>
    public static IrsaAwsBuilder AddIrsaAws(this IServiceCollection services, Action<IrsaOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Add(services, Options.Options.DefaultName, configure);
    }

    /// <inheritdoc cref="AddIrsaAws(IServiceCollection)"/>
    /// <param name="services">The container.</param>
    /// <param name="section">The section that holds <see cref="IrsaOptions"/>, by convention <c>Irsa</c>. An unknown key is an error.</param>
    public static IrsaAwsBuilder AddIrsaAws(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return Add(services, Options.Options.DefaultName, options => OptionsBinder.Apply(section, options));
    }

    /// <summary>
    /// Registers another role from the same token, under a key: <c>[FromKeyedServices("reports")] WebIdentityTokenCredentials</c>. Every
    /// name has an engine of its own; the connections to STS are shared. The role's ARN is to be configured with
    /// <c>services.Configure&lt;IrsaOptions&gt;(name, …)</c>; the token file comes from the injected environment.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="name">The key. Each name can be registered once.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOperationException">The name is registered already (IRSA503).</exception>
    public static IrsaAwsBuilder AddIrsaAws(this IServiceCollection services, string name) => AddNamed(services, name, configure: null);

    /// <inheritdoc cref="AddIrsaAws(IServiceCollection, string)"/>
    /// <param name="services">The container.</param>
    /// <param name="name">The key. Each name can be registered once.</param>
    /// <param name="configure">At least the role's ARN; the token file comes from the injected environment.</param>
    public static IrsaAwsBuilder AddIrsaAws(this IServiceCollection services, string name, Action<IrsaOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return AddNamed(services, name, configure);
    }

    /// <inheritdoc cref="AddIrsaAws(IServiceCollection, string)"/>
    /// <param name="services">The container.</param>
    /// <param name="name">The key. Each name can be registered once.</param>
    /// <param name="section">The section that holds <see cref="IrsaOptions"/>. An unknown key is an error.</param>
    public static IrsaAwsBuilder AddIrsaAws(this IServiceCollection services, string name, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return AddNamed(services, name, options => OptionsBinder.Apply(section, options));
    }

    /// <summary>
    /// Registers an identity that the application has made before the container, for its configuration providers or log sinks, so that both
    /// share one session. It is the default identity, and the application disposes it, after the container.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="credentials">The identity. Of <see cref="IrsaOptions"/> only <see cref="IrsaOptions.WarmUpAtStart"/> and, for clients, <see cref="IrsaOptions.Region"/> are read.</param>
    /// <exception cref="InvalidOperationException">There is a default identity already (IRSA503).</exception>
    public static IrsaAwsBuilder AddIrsaAws(this IServiceCollection services, WebIdentityTokenCredentials credentials)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(credentials);
        Refuse(services, Options.Options.DefaultName, "A container has one default identity; give the other one a name.");
        AddParts(services);
        ClientVerifier.Of(services).DefaultIs(credentials);

        // Everywhere as the object itself: what a factory gives it a container disposes.
        services.AddKeyedSingleton(Options.Options.DefaultName, credentials);
        services.AddKeyedSingleton<AWSCredentials>(Options.Options.DefaultName, credentials);
        services.TryAddSingleton(credentials);
        services.TryAddSingleton<AWSCredentials>(credentials);
        return Finish(services, new IdentityName(Options.Options.DefaultName, IsGiven: true));
    }

    private static IrsaAwsBuilder AddNamed(IServiceCollection services, string name, Action<IrsaOptions>? configure)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(services);
        Refuse(services, name, $"Two roles need two names; to change the first registration, configure its options with services.Configure<IrsaOptions>(\"{name}\", …).");
        return Add(services, name, configure);
    }

    private static IrsaAwsBuilder Add(IServiceCollection services, string name, Action<IrsaOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        var known = IdentityName.Find(services, name);
        if (known is { IsGiven: true })
        {
            // Without options it puts the shared AWSOptions in order, which is harmless to repeat.
            return configure is null ? Finish(services, known) : throw Taken(name, "Its options were read when it was made: set them there.");
        }

        var options = services.AddOptions<IrsaOptions>(name).ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        AddParts(services);
        if (known is null)
        {
            services.AddSingleton<IValidateOptions<IrsaOptions>>(provider => new IrsaOptionsValidator(name, provider.GetRequiredService<InjectedEnvironment>()));
            services.AddKeyedSingleton(name, static (provider, key) => CredentialFactory.Create(provider, (string)key!));
            services.AddKeyedSingleton(name, static (provider, key) => CredentialFactory.CreateForClients(provider, (string)key!));
        }

        return Finish(services, known ?? new IdentityName(name, IsGiven: false));
    }

    /// <summary>What all identities of a container share.</summary>
    private static void AddParts(IServiceCollection services)
    {
        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(InjectedEnvironment.Process);
        services.TryAddSingleton<StsHttpClientFactory>();
        _ = ClientVerifier.Of(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StartupService>());
    }

    private static IrsaAwsBuilder Finish(IServiceCollection services, IdentityName name)
    {
        if (!IdentityName.IsKnown(services, name.Value))
        {
            services.AddSingleton(name);
        }

        if (name.Value.Length == 0)
        {
            services.TryAddSingleton(static provider => provider.GetRequiredKeyedService<WebIdentityTokenCredentials>(Options.Options.DefaultName));
            services.TryAddSingleton(static provider => provider.GetRequiredKeyedService<AWSCredentials>(Options.Options.DefaultName));
            AwsOptionsDecoration.Apply(services);
        }

        return new IrsaAwsBuilder(services, name.Value);
    }

    private static void Refuse(IServiceCollection services, string name, string remedy)
    {
        if (IdentityName.IsKnown(services, name))
        {
            throw Taken(name, remedy);
        }
    }

    private static InvalidOperationException Taken(string name, string remedy) =>
        new($"IRSA503: AddIrsaAws({(name.Length == 0 ? string.Empty : $"\"{name}\"")}) was called twice. {remedy}");
}
