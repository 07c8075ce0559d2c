using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Irsa.Credentials.DependencyInjection;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.BypassGuard;

/// <summary>The AWS clients and identities among the registrations of a container.</summary>
internal sealed class ClientRegistrations
{
    private readonly IServiceCollection _services;
    private readonly HashSet<(Type Service, object? Key)> _excepted = [];

    /// <param name="services">Kept, because it also holds what is registered later.</param>
    public ClientRegistrations(IServiceCollection services) => _services = services;

    /// <summary>Gets the clients that are not accepted as they are. The last registration of a service and key is the one that a container uses.</summary>
    public IEnumerable<ServiceDescriptor> Judged => _services
        .Where(static descriptor => typeof(IAmazonService).IsAssignableFrom(descriptor.ServiceType))
        .GroupBy(static descriptor => (descriptor.ServiceType, descriptor.ServiceKey))
        .Where(group => !_excepted.Contains(group.Key))
        .Select(static group => group.Last())
        .Where(static descriptor => KindOf(descriptor) != ClientKind.Ours);

    /// <summary>Gets a value indicating whether some clients show what they sign with only when they do.</summary>
    public bool HaveFactories => Judged.Any(static descriptor => KindOf(descriptor) == ClientKind.Factory);

    public bool HaveOurOptions => AwsOptionsDecoration.IsInForce(_services);

    public static ClientKind KindOf(ServiceDescriptor descriptor)
    {
        var maker = FactoryOf(descriptor)?.Target?.GetType().Assembly;
        return maker == typeof(ClientRegistrations).Assembly ? ClientKind.Ours
            : maker == typeof(AWSOptions).Assembly ? ClientKind.Sdk
            : InstanceOf(descriptor) is null ? ClientKind.Factory : ClientKind.Instance;
    }

    public static IAmazonService? InstanceOf(ServiceDescriptor descriptor) =>
        (descriptor.IsKeyedService ? descriptor.KeyedImplementationInstance : descriptor.ImplementationInstance) as IAmazonService;

    public static string Name(ServiceDescriptor descriptor)
    {
        var method = KindOf(descriptor) == ClientKind.Sdk ? "AddAWSService" : "AddSingleton";
        return descriptor.IsKeyedService
            ? $"{method.Replace("Add", "AddKeyed", StringComparison.Ordinal)}<{descriptor.ServiceType.Name}>(\"{descriptor.ServiceKey}\")"
            : $"{method}<{descriptor.ServiceType.Name}>";
    }

    /// <summary>The key is the builder's name, and a plain client has none.</summary>
    public void Except(Type service, object? key) => _excepted.Add((service, key));

    public bool HaveIdentity(string name) => IdentityName.IsKnown(_services, name);

    /// <summary>Whether the whole process has the identity of that name.</summary>
    public bool GiveProcess(string name) => _services.Any(descriptor => !descriptor.IsKeyedService && descriptor.ImplementationInstance is ProcessWideRegistration asked && asked.Name == name);

    private static Delegate? FactoryOf(ServiceDescriptor descriptor) =>
        descriptor.IsKeyedService ? descriptor.KeyedImplementationFactory : descriptor.ImplementationFactory;
}
