using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>An identity of the container.</summary>
/// <param name="Value">Its name; empty for the default one.</param>
/// <param name="IsMadeByApplication">Whether the application has made it, and not the container.</param>
internal sealed record IdentityName(string Value, bool IsMadeByApplication)
{
    /// <summary>The identity that the application has made; null for one that the container makes.</summary>
    public static WebIdentityTokenCredentials? MadeByApplication(IServiceCollection services, string name) => services
        .Where(descriptor => descriptor.IsKeyedService && name.Equals(descriptor.ServiceKey))
        .Select(static descriptor => descriptor.KeyedImplementationInstance as WebIdentityTokenCredentials)
        .FirstOrDefault(static made => made is not null);
}

/// <summary>Says that the whole process is to have one of the container's identities.</summary>
/// <param name="Name">Its name; empty for the default one.</param>
internal sealed record ProcessWideRegistration(string Name);
