using Amazon.Extensions.NETCore.Setup;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// Copies an application's options, so that theirs stay as they are. The class has no copy of its own; a test compares this one with the
/// properties that the referenced version has.
/// </summary>
internal static class AwsOptionsCopy
{
    public static AWSOptions Of(AWSOptions original)
    {
        var copy = new AWSOptions
        {
            Profile = original.Profile,
            ProfilesLocation = original.ProfilesLocation,
            Region = original.Region,
            SessionRoleArn = original.SessionRoleArn,
            SessionName = original.SessionName,
            ExternalId = original.ExternalId,
            Credentials = original.Credentials,
            DefaultConfigurationMode = original.DefaultConfigurationMode,
            Logging = original.Logging,
        };
        Fill(copy.DefaultClientConfig, original.DefaultClientConfig);
        return copy;
    }

    private static void Fill(DefaultClientConfig copy, DefaultClientConfig original)
    {
        copy.AllowAutoRedirect = original.AllowAutoRedirect;
        copy.AuthenticationRegion = original.AuthenticationRegion;
        copy.AuthSchemePreference = original.AuthSchemePreference;
        copy.BufferSize = original.BufferSize;
        copy.ClientAppId = original.ClientAppId;
        copy.DisableHostPrefixInjection = original.DisableHostPrefixInjection;
        copy.DisableLogging = original.DisableLogging;
        copy.DisableRequestCompression = original.DisableRequestCompression;
        copy.EndpointDiscoveryCacheLimit = original.EndpointDiscoveryCacheLimit;
        copy.EndpointDiscoveryEnabled = original.EndpointDiscoveryEnabled;
        copy.FastFailRequests = original.FastFailRequests;
        copy.HttpClientCacheSize = original.HttpClientCacheSize;
        copy.IgnoreConfiguredEndpointUrls = original.IgnoreConfiguredEndpointUrls;
        copy.DisableClockSkewCorrection = original.DisableClockSkewCorrection;
        copy.JsonMaxDepth = original.JsonMaxDepth;
        copy.LogMetrics = original.LogMetrics;
        copy.LogResponse = original.LogResponse;
        copy.MaxErrorRetry = original.MaxErrorRetry;
        copy.MaxStaleConnectionRetries = original.MaxStaleConnectionRetries;
        copy.ProgressUpdateInterval = original.ProgressUpdateInterval;
        copy.RequestMinCompressionSizeBytes = original.RequestMinCompressionSizeBytes;
        copy.ResignRetries = original.ResignRetries;
        copy.RetryMode = original.RetryMode;
        copy.SigV4aSigningRegionSet = original.SigV4aSigningRegionSet;
        copy.ServiceURL = original.ServiceURL;
        copy.ThrottleRetries = original.ThrottleRetries;
        copy.Timeout = original.Timeout;
        copy.ConnectTimeout = original.ConnectTimeout;
        copy.MaxConnectionsPerServer = original.MaxConnectionsPerServer;
        copy.UseAlternateUserAgentHeader = original.UseAlternateUserAgentHeader;
        copy.UseDualstackEndpoint = original.UseDualstackEndpoint;
        copy.UseFIPSEndpoint = original.UseFIPSEndpoint;
        copy.UseHttp = original.UseHttp;
        foreach (var (name, value) in original.ServiceSpecificSettings)
        {
            copy.ServiceSpecificSettings[name] = value;
        }
    }
}
