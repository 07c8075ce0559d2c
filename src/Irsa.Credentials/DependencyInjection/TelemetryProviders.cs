using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>
/// OpenTelemetry makes its providers in a hosted service of its own, which starts after the first exchange. Without a provider nobody hears the
/// span and the measurement of that exchange. They are found by name, so that the library does not depend on OpenTelemetry.
/// </summary>
internal static class TelemetryProviders
{
    public static void Create(IServiceProvider provider, IServiceCollection services)
    {
        foreach (var type in services.Where(IsProvider).Select(static descriptor => descriptor.ServiceType).ToHashSet())
        {
            _ = provider.GetService(type);
        }
    }

    private static bool IsProvider(ServiceDescriptor descriptor) => !descriptor.IsKeyedService
        && descriptor.ServiceType is ({ Name: "TracerProvider", Namespace: "OpenTelemetry.Trace" } or { Name: "MeterProvider", Namespace: "OpenTelemetry.Metrics" });
}
