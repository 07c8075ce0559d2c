using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Failures;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.BypassGuard;

/// <summary>
/// Finds registrations that take the place of the default identity without making any client bypass it: the application may mean them, so they
/// are told and not refused. An instance that turns out to be the identity itself replaces nothing.
/// </summary>
internal static class IdentityReplacement
{
    /// <param name="services">All registrations of the container.</param>
    /// <param name="provider">A scope of the container.</param>
    public static IEnumerable<Failure> Find(IServiceCollection services, IServiceProvider provider)
    {
        if (Replaced(services, typeof(AWSCredentials)) is { } credentials && Resolve<AWSCredentials>(provider) is { } other && !IsIdentity(other, provider))
        {
            yield return RegistrationFailures.IdentityReplaced($"The container gives {other.GetType().Name} to whoever asks for AWSCredentials ({Kind(credentials)})");
        }

        if (!AwsOptionsDecoration.IsInForce(services) && Resolve<AWSOptions>(provider)?.Credentials is { } shared && !IsIdentity(shared, provider))
        {
            yield return RegistrationFailures.IdentityReplaced($"AWSOptions that were registered after AddIrsaAws name {shared.GetType().Name} as their credentials");
        }
    }

    /// <summary>The last registration without a key, which is the one that a container uses; null where it is this library's.</summary>
    private static ServiceDescriptor? Replaced(IServiceCollection services, Type service)
    {
        var last = services.LastOrDefault(descriptor => descriptor.ServiceType == service && !descriptor.IsKeyedService);
        return last?.ImplementationFactory?.Target?.GetType().Assembly == typeof(IdentityReplacement).Assembly ? null : last;
    }

    private static string Kind(ServiceDescriptor descriptor) =>
        descriptor.ImplementationInstance is not null ? "registered as an instance" : descriptor.ImplementationType is not null ? "registered by its type" : "registered by a factory";

    /// <summary>Null also where the application's factory throws: that is not this check's to report.</summary>
    private static T? Resolve<T>(IServiceProvider provider)
        where T : class
    {
        try
        {
            return provider.GetService<T>();
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <summary>By the object: what the container gives, in the application's own wrapping or not, may still be the identity.</summary>
    private static bool IsIdentity(AWSCredentials credentials, IServiceProvider provider) =>
        credentials is WebIdentityTokenCredentials or ProcessCredentials or ThrowingCredentials
        || ReferenceEquals(credentials, provider.GetKeyedService<AWSCredentials>(string.Empty));
}
