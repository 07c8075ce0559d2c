using System.Diagnostics.Metrics;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Irsa.Credentials.Sts;

/// <summary>What a cache is built on, besides its settings. A container shares it among its roles, all other providers share the process's.</summary>
internal sealed class CredentialCacheDependencies
{
    private readonly ILogger? _logger;
    private IdentityTelemetry? _telemetry;

    public CredentialCacheDependencies(ILoggerFactory? loggerFactory, TimeProvider? time, StsHttpClientFactory? sharedTransport = null, InjectedEnvironment? environment = null, string? name = null)
    {
        _logger = loggerFactory is null or NullLoggerFactory ? null : loggerFactory.CreateLogger<WebIdentityTokenCredentials>();
        LoggerFactory = loggerFactory ?? NullLoggerFactory.Instance;
        Time = time ?? TimeProvider.System;
        Environment = environment ?? InjectedEnvironment.Process;
        Name = name;
        Transport = sharedTransport ?? StsHttpClientFactory.ForProcess;
    }

    public ILoggerFactory LoggerFactory { get; }

    public TimeProvider Time { get; }

    public InjectedEnvironment Environment { get; }

    public StsHttpClientFactory Transport { get; }

    /// <summary>Gets what makes the meter: a container's. Null is one meter for the process.</summary>
    public IMeterFactory? MeterFactory { get; init; }

    /// <summary>Gets a value indicating whether the identity is the application's own, which a container may take over later.</summary>
    public bool IsMadeByApplication { get; init; }

    /// <summary>Gets where the identity reports to.</summary>
    public IdentityTelemetry Telemetry => _telemetry ??= new IdentityTelemetry(_logger, Instruments.For(MeterFactory), Name, IsMadeByApplication);

    /// <summary>Gets the name under which the container knows the identity; null or empty where it has none.</summary>
    public string? Name { get; }
}
