using System.Diagnostics.Metrics;
using Amazon.Runtime;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.BypassGuard;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Sts;
using Irsa.Credentials.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>Makes an identity's credentials from the container.</summary>
internal static class CredentialFactory
{
    public static WebIdentityTokenCredentials Create(IServiceProvider provider, string name)
    {
        _ = provider.GetRequiredService<BypassGuardLifetime>();
        var result = IdentitySettings.Of(provider, name);
        var settings = result.UsesDefaultChain ? throw ConfigurationFailures.DefaultChainInstead().ToException() : result.Require();
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

        return IsForWholeProcess(provider, name) ? credentials.UseForWholeProcess() : credentials;
    }

    /// <summary>What clients sign with: the identity, or the SDK's default chain where nothing is injected and the options name it.</summary>
    public static AWSCredentials CreateForClients(IServiceProvider provider, string name)
    {
        if (!IdentitySettings.Of(provider, name).UsesDefaultChain)
        {
            return provider.GetRequiredKeyedService<WebIdentityTokenCredentials>(name);
        }

        _ = provider.GetRequiredService<BypassGuardLifetime>();
        provider.GetRequiredService<ClientVerifier>().EndWatch();
        var chosen = ProcessIdentity.ResolveSdkChain();
        var environment = provider.GetRequiredService<InjectedEnvironment>();
        var logger = (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<WebIdentityTokenCredentials>();
        logger.DefaultChainUsed(environment.IsInCluster ? LogLevel.Warning : LogLevel.Information, chosen.GetType().Name);
        if (IsForWholeProcess(provider, name))
        {
            ProcessCredentials.Instance.Add(chosen);
        }

        return new NonDisposingCredentials(chosen);
    }

    private static bool IsForWholeProcess(IServiceProvider provider, string name) =>
        provider.GetServices<ProcessWideRegistration>().Any(asked => asked.Name == name);
}
