using Amazon;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Options = Microsoft.Extensions.Options.Options;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>
/// Gives the clients of <c>AddAWSService</c> this library's credentials: those look at no <see cref="AWSCredentials"/> in the container,
/// only at <see cref="AWSOptions"/>. Wraps what the application registered, and never changes its instance.
/// </summary>
internal static class AwsOptionsDecoration
{
    public static void Apply(IServiceCollection services)
    {
        if (IsInForce(services))
        {
            return;
        }

        var last = Last(services);
        if (last is not null)
        {
            services.Remove(last);
        }

        services.Add(new ServiceDescriptor(typeof(AWSOptions), new Decorator(last).Decorate, last?.Lifetime ?? ServiceLifetime.Singleton));
    }

    /// <summary>False once the application has registered options of its own after ours.</summary>
    public static bool IsInForce(IServiceCollection services) => Last(services) is { ImplementationFactory.Target: Decorator };

    private static ServiceDescriptor? Last(IServiceCollection services) =>
        services.LastOrDefault(static descriptor => descriptor.ServiceType == typeof(AWSOptions) && !descriptor.IsKeyedService);

    private sealed class Decorator
    {
        private readonly ServiceDescriptor? _inner;

        public Decorator(ServiceDescriptor? inner) => _inner = inner;

        public AWSOptions Decorate(IServiceProvider provider)
        {
            var inner = Inner(provider);
            if (inner.Credentials is not null)
            {
                return Kept(inner, inner.Credentials.GetType().Name, provider);
            }

            // The SDK takes an empty profile for none.
            var fault = string.IsNullOrEmpty(inner.Profile) ? null : OptionsJudgement.OfProfile(inner);
            if (fault is null && !string.IsNullOrEmpty(inner.Profile))
            {
                return Kept(inner, $"profile '{inner.Profile}'", provider);
            }

            // Under its key, which is ours alone: the application may have registered credentials of another kind, or made from these options.
            var copy = AwsOptionsCopy.Of(inner);
            copy.Credentials = fault is null ? provider.GetRequiredKeyedService<AWSCredentials>(Options.DefaultName) : new ThrowingCredentials(fault);
            if (copy.Region is null && CredentialFactory.RegionOf(provider, Options.DefaultName) is { } region)
            {
                copy.Region = RegionEndpoint.GetBySystemName(region);
            }

            return copy;
        }

        private static AWSOptions Kept(AWSOptions inner, string source, IServiceProvider provider)
        {
            (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<WebIdentityTokenCredentials>().OwnCredentialsKept(source);
            return inner;
        }

        private AWSOptions Inner(IServiceProvider provider) => _inner switch
        {
            { ImplementationInstance: AWSOptions instance } => instance,
            { ImplementationFactory: { } factory } => (AWSOptions)factory(provider),
            _ => provider.GetService<IConfiguration>()?.GetAWSOptions() ?? new AWSOptions(),
        };
    }
}
