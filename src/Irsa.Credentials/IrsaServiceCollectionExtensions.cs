using Amazon.Runtime;
using Irsa.Credentials;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.DependencyInjection;
using Irsa.Credentials.Sts;
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
        return Add(services, Options.Options.DefaultName, options => OptionsSection.Apply(section, options));
    }

    /// <summary>
    /// Registers another role from the same token, under a key: <c>[FromKeyedServices("reports")] WebIdentityTokenCredentials</c>. Every
    /// name has an engine of its own; the connections to STS are shared.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="name">The key. Each name can be registered once.</param>
    /// <param name="configure">At least the role's ARN; the token file comes from the injected environment.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOperationException">The name is registered already (IRSA503).</exception>
    public static IrsaAwsBuilder AddIrsaAws(this IServiceCollection services, string name, Action<IrsaOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(descriptor => descriptor.IsKeyedService && descriptor.ServiceType == typeof(WebIdentityTokenCredentials) && name.Equals(descriptor.ServiceKey)))
        {
            throw new InvalidOperationException(
                $"IRSA503: AddIrsaAws(\"{name}\") was called twice. Two roles need two names; to change the first registration, configure its options with services.Configure<IrsaOptions>(\"{name}\", …).");
        }

        return Add(services, name, configure);
    }

    private static IrsaAwsBuilder Add(IServiceCollection services, string name, Action<IrsaOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<IrsaOptions>(name).ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(InjectedEnvironment.Process);
        services.TryAddSingleton<StsTransport>();
        _ = ClientRegistrations.Of(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ClientRegistrationCheck>());

        if (!services.Any(descriptor => descriptor.IsKeyedService && descriptor.ServiceType == typeof(WebIdentityTokenCredentials) && name.Equals(descriptor.ServiceKey)))
        {
            services.AddSingleton<IValidateOptions<IrsaOptions>>(provider => new IrsaOptionsValidator(name, provider.GetRequiredService<InjectedEnvironment>()));
            services.AddKeyedSingleton(name, static (provider, key) => CredentialFactory.Create(provider, (string)key!));
            services.AddKeyedSingleton(name, static (provider, key) => CredentialFactory.CreateForClients(provider, (string)key!));
            services.AddSingleton<IHostedService>(provider => new CredentialWarmUp(name, provider));
        }

        if (name.Length == 0)
        {
            services.TryAddSingleton(static provider => provider.GetRequiredKeyedService<WebIdentityTokenCredentials>(Options.Options.DefaultName));
            services.TryAddSingleton(static provider => provider.GetRequiredKeyedService<AWSCredentials>(Options.Options.DefaultName));
            AwsOptionsDecoration.Apply(services);
        }

        return new IrsaAwsBuilder(services, name);
    }
}
