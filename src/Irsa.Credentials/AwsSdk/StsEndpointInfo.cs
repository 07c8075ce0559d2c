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
        var host = new Uri(client.DetermineServiceOperationEndpoint(new AssumeRoleWithWebIdentityRequest { RoleArn = roleArn }).URL);
        var proxy = (client.Config.GetWebProxy() ?? HttpClient.DefaultProxy) is { } configured && !configured.IsBypassed(host) ? configured.GetProxy(host) : null;
        return new StsEndpointInfo(host, proxy == host ? null : proxy);
    }
}
