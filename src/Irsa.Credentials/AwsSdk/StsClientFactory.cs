using Amazon;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// Makes STS clients that never look for credentials, never retry and never probe the machine: identity, retries and time-outs are this
/// library's.
/// </summary>
internal sealed class StsClientFactory
{
    private readonly IrsaSettings _settings;
    private readonly StsHttpClientFactory _transport;
    private readonly Lazy<AmazonSecurityTokenServiceConfig> _config;

    public StsClientFactory(IrsaSettings settings, StsHttpClientFactory transport)
    {
        _settings = settings;
        _transport = transport;
        _config = new Lazy<AmazonSecurityTokenServiceConfig>(Configure, LazyThreadSafetyMode.PublicationOnly);
    }

    public ResponseDates Dates { get; } = new();

    public AmazonSecurityTokenServiceClient Open(AWSCredentials credentials)
    {
        var client = new AmazonSecurityTokenServiceClient(credentials, _config.Value);
        Dates.Watch(client);
        return client;
    }

    /// <summary>The endpoint as errors and logs name it.</summary>
    public string Describe() => _settings.StsEndpoint is { } endpoint ? RedactedUri.Of(endpoint) : $"STS in {_settings.Region}";

    private AmazonSecurityTokenServiceConfig Configure()
    {
        var config = new AmazonSecurityTokenServiceConfig
        {
            RegionEndpoint = RegionEndpoint.GetBySystemName(_settings.Region),
            HttpClientFactory = _transport,

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
        config.MaxErrorRetry = 0;

        // Beside its retries the SDK (4.1) repeats a call whose connection is reset, 10 times and at once.
        config.MaxStaleConnectionRetries = 0;
        return config;
    }
}
