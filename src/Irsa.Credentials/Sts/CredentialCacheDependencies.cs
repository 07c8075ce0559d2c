using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Irsa.Credentials.Sts;

/// <summary>What an engine is built on, besides its settings. A container shares these among its roles; a provider on its own has its own.</summary>
internal sealed class CredentialCacheDependencies
{
    public CredentialCacheDependencies(ILoggerFactory? loggerFactory, TimeProvider? time, StsHttpClientFactory? sharedTransport = null, InjectedEnvironment? environment = null, string? name = null)
    {
        LoggerFactory = loggerFactory ?? NullLoggerFactory.Instance;
        Time = time ?? TimeProvider.System;
        Environment = environment ?? InjectedEnvironment.Process;
        Name = name;
        OwnTransport = sharedTransport is null ? new StsHttpClientFactory() : null;
        Transport = sharedTransport ?? OwnTransport!;
    }

    public ILoggerFactory LoggerFactory { get; }

    public TimeProvider Time { get; }

    public InjectedEnvironment Environment { get; }

    public StsHttpClientFactory Transport { get; }

    /// <summary>Gets the name under which the container knows the identity; null or empty where it has none.</summary>
    public string? Name { get; }

    /// <summary>Gets the transport where it is not shared: whoever gets the engine disposes it.</summary>
    public StsHttpClientFactory? OwnTransport { get; }
}
