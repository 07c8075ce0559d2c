using Amazon;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// Makes STS clients that never look for credentials, never retry, never log and never probe the machine: identity, retries, time limits and
/// logging are this library's.
/// </summary>
internal sealed class StsClientFactory : IDisposable
{
    private readonly IrsaSettings _settings;
    private readonly StsHttpClientFactory _transport;
    private AmazonSecurityTokenServiceConfig? _config;
    private AmazonSecurityTokenServiceClient? _anonymous;
    private object? _gate;
    private volatile string _endpointName;
    private volatile bool _isEndpointChecked;

    /// <param name="settings">Region, endpoint and <see cref="IrsaOptions.ConfigureSts"/>; nothing else of them is used.</param>
    /// <param name="transport">The connections.</param>
    public StsClientFactory(IrsaSettings settings, StsHttpClientFactory transport)
    {
        _settings = settings;
        _transport = transport;
        _endpointName = settings.StsEndpoint is { } endpoint
            ? RedactedUri.Of(endpoint) + (settings.StsEndpointFile is { } file ? $" (from {file})" : string.Empty)
            : $"STS in {settings.Region}";
        GetEndpointName = () => _endpointName;
        GetAnonymous = () => Anonymous;
        FindRoute = () => StsEndpointInfo.Of(this, settings.RoleArn).Route;
    }

    /// <summary>Gets where the answers to all clients leave their <c>Date</c>.</summary>
    public ResponseDates Dates { get; } = new();

    /// <summary>Gets a value indicating whether a connection waits for the DNS.</summary>
    public bool IsResolving => _transport.IsResolving;

    /// <summary>Gets the endpoint as errors and logs name it. It is final once a client is made, because ConfigureSts may choose another.</summary>
    public string EndpointName => _endpointName;

    /// <summary>Gets <see cref="EndpointName"/> for who keeps it. The roles of a container share it.</summary>
    public Func<string> GetEndpointName { get; }

    /// <summary>Gets <see cref="Anonymous"/> for an exchange, which makes the client only when it calls. The roles of a container share it.</summary>
    public Func<IAmazonSecurityTokenService> GetAnonymous { get; }

    /// <summary>Gets how the way to the endpoint is found; the endpoint is the same for every role. The roles of a container share it.</summary>
    public Func<NetworkRoute> FindRoute { get; }

    /// <summary>Gets the one client for calls that are not signed. The first use makes it, which runs the application's ConfigureSts.</summary>
    public AmazonSecurityTokenServiceClient Anonymous => LazyInitializer.EnsureInitialized(ref _anonymous, ref _gate, () => Create(new AnonymousAWSCredentials()));

    /// <exception cref="IrsaException">The client would call STS without encryption, which the application has not allowed (IRSA111).</exception>
    public AmazonSecurityTokenServiceClient Create(AWSCredentials credentials)
    {
        // Roles that begin together have one change made by the application; one that throws is made again.
        var config = LazyInitializer.EnsureInitialized(ref _config, ref _gate, Configure);
        var client = new AmazonSecurityTokenServiceClient(credentials, config);
        if (!_isEndpointChecked)
        {
            RequireEncryption(client);
            if (_settings.ConfigureSts is not null)
            {
                _endpointName = ChosenByApplication(client) ?? _endpointName;
            }

            _isEndpointChecked = true;
        }

        Dates.Watch(client);
        return client;
    }

    public void Dispose() => _anonymous?.Dispose();

    /// <summary>
    /// The settings have been validated, but the SDK's configuration file and the application's ConfigureSts have their say as well: only the
    /// client knows where it sends the token.
    /// </summary>
    private void RequireEncryption(AmazonSecurityTokenServiceClient client)
    {
        if (!_settings.AllowUnencryptedSts && StsEndpointInfo.HostOf(client, _settings.RoleArn) is var host && EndpointRules.IsExposed(host))
        {
            client.Dispose();
            throw ConfigurationFailures.UnencryptedSts(_settings.ConfigureSts is null ? "from the SDK's configuration" : "from ConfigureSts or the SDK's configuration", host).ToException();
        }
    }

    /// <summary>The endpoint that ConfigureSts has chosen; null where it keeps that of the settings.</summary>
    private string? ChosenByApplication(AmazonSecurityTokenServiceClient client)
    {
        const string Source = " (from ConfigureSts)";
        var host = StsEndpointInfo.HostOf(client, _settings.RoleArn);
        if (_settings.StsEndpoint is { } endpoint ? host.GetLeftPart(UriPartial.Authority) != endpoint.GetLeftPart(UriPartial.Authority) : client.Config.ServiceURL is not null || !Partition.Owns(host))
        {
            return RedactedUri.Of(host) + Source;
        }

        return _settings.StsEndpoint is null && client.Config.RegionEndpoint?.SystemName is { } region && region != _settings.Region ? $"STS in {region}{Source}" : null;
    }

    private AmazonSecurityTokenServiceConfig Configure()
    {
        var config = new AmazonSecurityTokenServiceConfig
        {
            RegionEndpoint = RegionEndpoint.GetBySystemName(_settings.Region),
            // "auto" would ask the instance metadata service which region this is.
            DefaultConfigurationMode = DefaultConfigurationMode.Standard,
        };
        if (_settings.StsEndpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.AbsoluteUri;
            config.AuthenticationRegion = _settings.Region;
        }

        if (_settings.IgnoresEndpointVariables)
        {
            config.IgnoreConfiguredEndpointUrls = true;
        }

        _settings.ConfigureSts?.Invoke(config);

        // From AWSConfigs.HttpClientFactory, as every configuration has it, or from ConfigureSts.
        config.HttpClientFactory = config.HttpClientFactory is { } own ? new BoundedHttpClientFactory(own) : _transport;

        config.MaxErrorRetry = 0;

        // Beside its retries the SDK (4.1) repeats a call whose connection is reset, 10 times and at once.
        config.MaxStaleConnectionRetries = 0;

        // The SDK's log would show what STS answers: with LogResponses the keys, and an echoing server's refusal the token.
        config.DisableLogging = true;
        config.LogResponse = false;
        config.LogMetrics = false;
        return config;
    }
}
