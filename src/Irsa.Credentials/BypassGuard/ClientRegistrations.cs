using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Irsa.Credentials.AwsSdk;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.BypassGuard;

/// <summary>Who makes a client of the container.</summary>
internal enum ClientMaker
{
    /// <summary>This library, with its credentials: <c>AddClient</c>.</summary>
    Library = 0,

    /// <summary>The SDK: <c>AddAWSService</c>.</summary>
    Sdk = 1,

    /// <summary>The application, later: by a factory or from a type.</summary>
    ApplicationLater = 2,

    /// <summary>The application, already.</summary>
    Application = 3,
}

/// <summary>The AWS clients among the registrations of a container.</summary>
internal sealed class ClientRegistrations
{
    private readonly IServiceCollection _services;
    private readonly HashSet<(Type Service, object? Key)> _allowed = [];

    /// <param name="services">Kept, because it also holds what is registered later.</param>
    public ClientRegistrations(IServiceCollection services) => _services = services;

    public IServiceCollection All => _services;

    /// <summary>
    /// Gets the clients that this library does not make and the application has not allowed. The last registration of a service and key is the
    /// one that a container uses.
    /// </summary>
    public IEnumerable<ServiceDescriptor> Unverified => _services
        .Where(static descriptor => typeof(IAmazonService).IsAssignableFrom(descriptor.ServiceType))
        .GroupBy(static descriptor => (descriptor.ServiceType, descriptor.ServiceKey))
        .Where(group => !_allowed.Contains(group.Key))
        .Select(static group => group.Last())
        .Where(static descriptor => MakerOf(descriptor) != ClientMaker.Library);

    /// <summary>Gets a value indicating whether the credentials of some clients are visible only when they sign.</summary>
    public bool HaveFactories => Unverified.Any(static descriptor => MakerOf(descriptor) == ClientMaker.ApplicationLater);

    public bool HaveLibraryOptions => AwsOptionsDecoration.IsInForce(_services);

    /// <summary>Gets what differs whenever something was registered: a container is registered from its end on.</summary>
    public int Version => _services.Count == 0 ? 0 : HashCode.Combine(_services.Count, _services[^1]);

    public static ClientMaker MakerOf(ServiceDescriptor descriptor)
    {
        var assembly = FactoryOf(descriptor)?.Target?.GetType().Assembly;
        return assembly == typeof(ClientRegistrations).Assembly ? ClientMaker.Library
            : assembly == typeof(AWSOptions).Assembly ? ClientMaker.Sdk
            : InstanceOf(descriptor) is null ? ClientMaker.ApplicationLater : ClientMaker.Application;
    }

    public static IAmazonService? InstanceOf(ServiceDescriptor descriptor) =>
        (descriptor.IsKeyedService ? descriptor.KeyedImplementationInstance : descriptor.ImplementationInstance) as IAmazonService;

    public static string Name(ServiceDescriptor descriptor)
    {
        var method = MakerOf(descriptor) == ClientMaker.Sdk ? "AddAWSService" : "AddSingleton";
        return descriptor.IsKeyedService
            ? $"{method.Replace("Add", "AddKeyed", StringComparison.Ordinal)}<{descriptor.ServiceType.Name}>(\"{descriptor.ServiceKey}\")"
            : $"{method}<{descriptor.ServiceType.Name}>";
    }

    /// <summary>The key is the builder's name, and a plain client has none.</summary>
    public void Allow(Type service, object? key) => _allowed.Add((service, key));

    private static Delegate? FactoryOf(ServiceDescriptor descriptor) =>
        descriptor.IsKeyedService ? descriptor.KeyedImplementationFactory : descriptor.ImplementationFactory;
}
