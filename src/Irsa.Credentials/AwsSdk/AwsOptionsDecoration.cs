using System.Runtime.CompilerServices;
using Amazon;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// Gives the clients of <c>AddAWSService</c> this library's credentials: these clients ignore <see cref="AWSCredentials"/> in the container
/// and use <see cref="AWSOptions"/> only. Wraps what the application registered, and never changes its instance.
/// </summary>
internal static class AwsOptionsDecoration
{
    /// <param name="services">The container. Without options of the application its configuration section <c>AWS</c> is wrapped.</param>
    /// <param name="credentials">Gives the credentials where the application's options name none.</param>
    /// <param name="region">Gives the region where they name none.</param>
    public static void Apply(IServiceCollection services, Func<IServiceProvider, AWSCredentials> credentials, Func<IServiceProvider, string?> region)
    {
        if (IsInForce(services))
        {
            return;
        }

        var decorator = new Decorator(credentials, region);
        var last = Last(services);
        if (last is not null)
        {
            services.Remove(last);
            decorator.Wrap(last, services);
        }

        services.Add(new ServiceDescriptor(typeof(AWSOptions), decorator.Decorate, last?.Lifetime ?? ServiceLifetime.Singleton));
    }

    /// <summary>False once the application has registered its own options after this library's.</summary>
    public static bool IsInForce(IServiceCollection services) => Last(services) is { ImplementationFactory.Target: Decorator };

    /// <summary>The section <c>AWS</c>, as the SDK reads it where no options are registered.</summary>
    public static AWSOptions FromConfiguration(IServiceProvider provider) =>
        provider.GetService<IConfiguration>() is { } configuration && configuration.GetSection("AWS").GetChildren().Any()
            ? configuration.GetAWSOptions()
            : new AWSOptions();

    /// <summary>A copy of the same type, which shares what the original refers to. None of that is changed here.</summary>
    public static AWSOptions Copy(AWSOptions original) => (AWSOptions)ShallowCopy(original);

    private static ServiceDescriptor? Last(IServiceCollection services) =>
        services.LastOrDefault(static descriptor => descriptor.ServiceType == typeof(AWSOptions) && !descriptor.IsKeyedService);

    /// <summary>The class has no method to copy it, new versions add properties, and applications derive from it.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "MemberwiseClone")]
    private static extern object ShallowCopy(object original);

    private sealed class Decorator
    {
        private readonly Func<IServiceProvider, AWSCredentials> _credentials;
        private readonly Func<IServiceProvider, string?> _region;
        private Func<IServiceProvider, AWSOptions> _inner = FromConfiguration;

        public Decorator(Func<IServiceProvider, AWSCredentials> credentials, Func<IServiceProvider, string?> region)
        {
            _credentials = credentials;
            _region = region;
        }

        public void Wrap(ServiceDescriptor inner, IServiceCollection services)
        {
            if (inner.ImplementationInstance is AWSOptions instance)
            {
                _inner = _ => instance;
            }
            else if (inner.ImplementationFactory is { } factory)
            {
                _inner = provider => (AWSOptions)factory(provider);
            }
            else if (inner.ImplementationType is { } type)
            {
                // Registered again with this object as its key, so that the container still makes it with the lifetime that the application chose.
                services.Add(new ServiceDescriptor(typeof(AWSOptions), this, type, inner.Lifetime));
                _inner = provider => provider.GetRequiredKeyedService<AWSOptions>(this);
            }
        }

        public AWSOptions Decorate(IServiceProvider provider)
        {
            var inner = _inner(provider);
            if (inner.Credentials is not null)
            {
                return Kept(inner, inner.Credentials.GetType().Name, provider);
            }

            var fault = ProfileLookup.Fault(inner);
            if (fault is null && !string.IsNullOrEmpty(inner.Profile))
            {
                return Kept(inner, $"profile {SecretRedactor.Quote(inner.Profile)}", provider);
            }

            var copy = Copy(inner);
            copy.Credentials = fault is null ? _credentials(provider) : new ThrowingCredentials(fault);
            if (copy.Region is null && _region(provider) is { } region)
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
    }
}
