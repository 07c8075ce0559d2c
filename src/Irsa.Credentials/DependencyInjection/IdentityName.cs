using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>Says that the container has an identity.</summary>
/// <param name="Value">Its name; empty for the default one.</param>
/// <param name="IsGiven">Whether the application has made it itself.</param>
internal sealed record IdentityName(string Value, bool IsGiven)
{
    public static IdentityName? Find(IServiceCollection services, string name) => services
        .Select(static descriptor => descriptor.IsKeyedService ? null : descriptor.ImplementationInstance as IdentityName)
        .FirstOrDefault(known => known?.Value == name);

    /// <summary>The identity that the application has made itself; null for one that the container makes.</summary>
    public static WebIdentityTokenCredentials? GivenTo(IServiceCollection services, string name) => services
        .Where(descriptor => descriptor.IsKeyedService && name.Equals(descriptor.ServiceKey))
        .Select(static descriptor => descriptor.KeyedImplementationInstance as WebIdentityTokenCredentials)
        .FirstOrDefault(static given => given is not null);

    public static bool IsKnown(IServiceCollection services, string name) => Find(services, name) is not null;
}
