using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.AwsSdk;

/// <summary>The host of STS that is called, and the proxy in front of it; null without a proxy.</summary>
internal sealed record StsEndpointInfo(Uri Host, Uri? Proxy)
{
    /// <summary>Gets the proxy as errors name it.</summary>
    public string? ProxyName => Proxy is { } proxy ? RedactedUri.HostAndPort(proxy) : null;

    public static StsEndpointInfo Of(StsClientFactory clients, string roleArn)
    {
        var client = clients.Anonymous;
        var host = HostOf(client, roleArn);
        var proxy = (client.Config.GetWebProxy() ?? HttpClient.DefaultProxy) is { } configured && !configured.IsBypassed(host) ? configured.GetProxy(host) : null;
        return new StsEndpointInfo(host, proxy == host ? null : proxy);
    }

    /// <summary>Where the client's requests go. The SDK (4.1) applies UseHttp to them, and not to the endpoint that it names.</summary>
    public static Uri HostOf(AmazonSecurityTokenServiceClient client, string roleArn)
    {
        var host = new Uri(client.DetermineServiceOperationEndpoint(new AssumeRoleWithWebIdentityRequest { RoleArn = roleArn }).URL);
        return client.Config.UseHttp && host is { Scheme: "https", IsDefaultPort: true }
            ? new UriBuilder(host) { Scheme = Uri.UriSchemeHttp, Port = -1 }.Uri
            : host;
    }
}
