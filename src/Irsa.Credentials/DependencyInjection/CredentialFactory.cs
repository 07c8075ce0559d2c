using System.Diagnostics.Metrics;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.BypassGuard;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Sts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>Makes an identity's credentials from the container.</summary>
internal static class CredentialFactory
{
    public static WebIdentityTokenCredentials Create(IServiceProvider provider, string name)
    {
        _ = provider.GetRequiredService<BypassGuardLifetime>();
        var settings = IdentitySettings.Of(provider, name).Require();
        var credentials = new WebIdentityTokenCredentials(settings, new CredentialCacheDependencies(
            provider.GetService<ILoggerFactory>(),
            settings.Time,
            provider.GetRequiredService<StsHttpClientFactory>(),
            provider.GetRequiredService<InjectedEnvironment>(),
            name)
        {
            MeterFactory = provider.GetService<IMeterFactory>(),
        });
        if (name.Length == 0)
        {
            provider.GetRequiredService<ClientVerifier>().DefaultIs(credentials);
        }

        if (settings.Developer is { Profile: null })
        {
            // Clients of the SDK's default chain sign with what this one signs with.
            provider.GetRequiredService<ClientVerifier>().EndWatch();
        }

        return IsForWholeProcess(provider, name) ? credentials.UseForWholeProcess() : credentials;
    }

    private static bool IsForWholeProcess(IServiceProvider provider, string name) =>
        provider.GetServices<ProcessWideRegistration>().Any(asked => asked.Name == name);
}
