using Amazon.Runtime;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.BypassGuard;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Sts;
using Irsa.Credentials.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>Makes an identity's credentials from the container.</summary>
internal static class CredentialFactory
{
    public static WebIdentityTokenCredentials Create(IServiceProvider provider, string name)
    {
        _ = provider.GetRequiredService<BypassGuardLifetime>();
        var environment = provider.GetRequiredService<InjectedEnvironment>();
        var settings = SettingsReader.Read(OptionsOf(provider, name), environment).Require();
        var credentials = new WebIdentityTokenCredentials(settings, new CredentialCacheDependencies(
            provider.GetService<ILoggerFactory>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<StsHttpClientFactory>(),
            environment,
            name));
        if (name.Length == 0)
        {
            provider.GetRequiredService<ClientVerifier>().DefaultIs(credentials);
        }

        return IsForWholeProcess(provider, name) ? credentials.UseForWholeProcess() : credentials;
    }

    /// <summary>What clients sign with: the identity, or the SDK's default chain where nothing is injected and the options name it.</summary>
    public static AWSCredentials CreateForClients(IServiceProvider provider, string name)
    {
        if (!UsesDefaultChain(provider, name))
        {
            return provider.GetRequiredKeyedService<WebIdentityTokenCredentials>(name);
        }

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

    public static bool UsesDefaultChain(IServiceProvider provider, string name)
    {
        var options = OptionsOf(provider, name);
        return options.WhenNotInjected == NotInjectedBehavior.UseDefaultChain
            && SettingsReader.Read(options, provider.GetRequiredService<InjectedEnvironment>()).NotInjected;
    }

    public static string? RegionOf(IServiceProvider provider, string name) =>
        OptionsOf(provider, name).Region ?? provider.GetRequiredService<InjectedEnvironment>().Region;

    /// <summary>Validation is the reading's part, which also works without a host.</summary>
    public static IrsaOptions OptionsOf(IServiceProvider provider, string name) =>
        provider.GetRequiredService<IOptionsMonitor<IrsaOptions>>().Get(name);

    private static bool IsForWholeProcess(IServiceProvider provider, string name) =>
        provider.GetServices<ProcessWideRegistration>().Any(asked => asked.Name == name);
}
