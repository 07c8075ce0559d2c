using Amazon.Runtime;
using Irsa.Credentials;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.BypassGuard;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.DependencyInjection;
using Irsa.Credentials.Failures;
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
    /// <c>AddAWSService</c> makes. Where the container has a configuration, its section <c>Irsa</c> sets the options unless another section is
    /// named; what is set in code overrides it. Options are validated when the host starts, or at the first use without a host, and never
    /// read again. Calling this again adds configuration and is harmless.
    /// </summary>
    /// <param name="services">The container.</param>
    public static IrsaAwsBuilder AddIrsaAws(this IServiceCollection services) => Add(services, Options.Options.DefaultName, addOptions: null);

    /// <inheritdoc cref="AddIrsaAws(IServiceCollection)"/>
    /// <param name="services">The container.</param>
    /// <param name="configure">What differs from the injected environment.</param>
    public static IrsaAwsBuilder AddIrsaAws(this IServiceCollection services, Action<IrsaOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Add(services, Options.Options.DefaultName, all => AddCode(all, Options.Options.DefaultName, configure));
    }

    /// <inheritdoc cref="AddIrsaAws(IServiceCollection)"/>
    /// <param name="services">The container.</param>
    /// <param name="section">The section that holds <see cref="IrsaOptions"/>, by convention <c>Irsa</c>. An unknown key is an error.</param>
    public static IrsaAwsBuilder AddIrsaAws(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return Add(services, Options.Options.DefaultName, all => SectionOptions.Add(all, Options.Options.DefaultName, section));
    }

    /// <summary>
    /// Registers another role from the same token, under a key: <c>[FromKeyedServices("reports")] WebIdentityTokenCredentials</c>. Every
    /// name has a session of its own; the connections to STS are shared. Configure the role's ARN with
    /// <c>services.Configure&lt;IrsaOptions&gt;(name, …)</c>; the token file comes from the injected environment.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="name">The key. Each name can be registered once.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="IrsaException">The name is registered already (IRSA503).</exception>
    public static IrsaAwsBuilder AddIrsaAws(this IServiceCollection services, string name) => AddNamed(services, name, addOptions: null);

    /// <inheritdoc cref="AddIrsaAws(IServiceCollection, string)"/>
    /// <param name="services">The container.</param>
    /// <param name="name">The key. Each name can be registered once.</param>
    /// <param name="configure">At least the role's ARN; the token file comes from the injected environment.</param>
    public static IrsaAwsBuilder AddIrsaAws(this IServiceCollection services, string name, Action<IrsaOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return AddNamed(services, name, all => AddCode(all, name, configure));
    }

    /// <inheritdoc cref="AddIrsaAws(IServiceCollection, string)"/>
    /// <param name="services">The container.</param>
    /// <param name="name">The key. Each name can be registered once.</param>
    /// <param name="section">The section that holds <see cref="IrsaOptions"/>. An unknown key is an error.</param>
    public static IrsaAwsBuilder AddIrsaAws(this IServiceCollection services, string name, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return AddNamed(services, name, all => SectionOptions.Add(all, name, section));
    }

    /// <summary>
    /// Registers an identity that the application has made before the container, for its configuration providers or log sinks, so that both
    /// share one session. It is the default identity, and the application disposes it, after the container. When the host starts, the identity begins to
    /// use the container's loggers and meter, and they get what nobody heard before: the first success, and failures. Without a host
    /// <see cref="IrsaServiceProviderExtensions.VerifyIrsaAws"/> does that.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="credentials">The identity. Of <see cref="IrsaOptions"/> only <see cref="IrsaOptions.WarmUpAtStart"/> and, for clients, <see cref="IrsaOptions.Region"/> are read.</param>
    /// <exception cref="IrsaException">There is a default identity already (IRSA503).</exception>
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
        return Finish(services, new IdentityName(Options.Options.DefaultName, IsMadeByApplication: true));
    }

    private static IrsaAwsBuilder AddNamed(IServiceCollection services, string name, Action<IServiceCollection>? addOptions)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(services);
        Refuse(services, name, $"Two roles need two names; to change the first registration, configure its options with services.Configure<IrsaOptions>(\"{name}\", …).");
        return Add(services, name, addOptions);
    }

    /// <param name="services">The container.</param>
    /// <param name="name">The identity's name; empty for the default one.</param>
    /// <param name="addOptions">Registers what configures the options; null for nothing.</param>
    private static IrsaAwsBuilder Add(IServiceCollection services, string name, Action<IServiceCollection>? addOptions)
    {
        ArgumentNullException.ThrowIfNull(services);
        var known = IdentityNames.Of(services).Find(name);
        if (known is { IsMadeByApplication: true })
        {
            // Without options it puts the shared AWSOptions in order, which is harmless to repeat.
            return addOptions is null ? Finish(services, known) : throw RegistrationFailures.RegisteredTwice(name, "Its options were read when it was made: set them there.").ToException();
        }

        AddParts(services);
        addOptions?.Invoke(services);
        if (known is null)
        {
            services.AddKeyedSingleton(name, static (provider, key) => CredentialFactory.Create(provider, (string)key!));
            services.AddKeyedSingleton<AWSCredentials>(name, static (provider, key) => provider.GetRequiredKeyedService<WebIdentityTokenCredentials>((string)key!));
        }

        return Finish(services, known ?? new IdentityName(name, IsMadeByApplication: false));
    }

    /// <summary>Not by <c>services.Configure</c>, whose generic services cost a start more than all the rest of the registration.</summary>
    private static void AddCode(IServiceCollection services, string name, Action<IrsaOptions> configure) =>
        services.AddSingleton<IConfigureOptions<IrsaOptions>>(new CodeOptions(name, configure));

    /// <summary>What all identities of a container share.</summary>
    private static void AddParts(IServiceCollection services)
    {
        if (services.Any(static descriptor => descriptor.ServiceType == typeof(IdentitySettings)))
        {
            return;
        }

        services.AddOptions();
        SectionOptions.AddDefault(services);
        services.AddSingleton(static provider => new IdentitySettings(provider));
        services.TryAddSingleton(InjectedEnvironment.Process);
        services.TryAddSingleton(static _ => new StsHttpClientFactory());
        _ = ClientVerifier.Of(services);
        services.AddSingleton<IHostedService>(provider => new StartupService(provider, services));
    }

    private static IrsaAwsBuilder Finish(IServiceCollection services, IdentityName name)
    {
        var names = IdentityNames.Of(services);
        if (names.Find(name.Value) is null)
        {
            names.Add(name);
            ClientVerifier.Of(services).Add(name.Value);
        }

        if (name.Value.Length == 0)
        {
            services.TryAddSingleton(static provider => provider.GetRequiredKeyedService<WebIdentityTokenCredentials>(Options.Options.DefaultName));
            services.TryAddSingleton(static provider => provider.GetRequiredKeyedService<AWSCredentials>(Options.Options.DefaultName));

            // Under its key, which only this library uses: the application may have registered credentials of another kind, or made from these options.
            AwsOptionsDecoration.Apply(
                services,
                static provider => provider.GetRequiredKeyedService<AWSCredentials>(Options.Options.DefaultName),
                static provider => IdentitySettings.Of(provider, Options.Options.DefaultName).Region);
        }

        return new IrsaAwsBuilder(services, name.Value);
    }

    private static void Refuse(IServiceCollection services, string name, string remedy)
    {
        if (IdentityNames.Of(services).Find(name) is not null)
        {
            throw RegistrationFailures.RegisteredTwice(name, remedy).ToException();
        }
    }
}
