using System.Net;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.AwsSdk;

/// <summary>The host of STS that is called, and the way there.</summary>
/// <param name="Host">The host.</param>
/// <param name="Proxy">The proxy in front of it; null without one, and where the application's factory decides.</param>
/// <param name="Route">The way as errors name it.</param>
internal sealed record StsEndpointInfo(Uri Host, Uri? Proxy, NetworkRoute Route)
{
    public static StsEndpointInfo Of(StsClientFactory clients, string roleArn)
    {
        var client = clients.Anonymous;
        var host = HostOf(client, roleArn);
        var trust = UnreadVariables.Trust(Environment.GetEnvironmentVariable);
        if (client.Config.HttpClientFactory is BoundedHttpClientFactory { Name: var factory })
        {
            // It may use the proxy of the configuration, another one or none.
            return new StsEndpointInfo(host, Proxy: null, new NetworkRoute { HttpClientFactory = factory, UnreadTrust = trust });
        }

        var proxy = ProxyOf(client.Config.GetWebProxy() ?? HttpClient.DefaultProxy, host);
        return new StsEndpointInfo(host, proxy, new NetworkRoute
        {
            Proxy = proxy is null ? null : RedactedUri.HostAndPort(proxy),
            ProxySource = proxy is null ? null : SourceOf(client.Config, proxy, host),
            UnreadExemptions = proxy is null || client.Config.GetWebProxy() is not null ? [] : UnreadVariables.Exemptions(Variable("no_proxy"), host),
            UnreadTrust = trust,
            IsResolving = clients.IsResolving,
        });
    }

    /// <summary>Where the client's requests go. The SDK (4.1) applies UseHttp to them, and not to the endpoint that it names.</summary>
    public static Uri HostOf(AmazonSecurityTokenServiceClient client, string roleArn)
    {
        var host = new Uri(client.DetermineServiceOperationEndpoint(new AssumeRoleWithWebIdentityRequest { RoleArn = roleArn }).URL);
        return client.Config.UseHttp && host is { Scheme: "https", IsDefaultPort: true }
            ? new UriBuilder(host) { Scheme = Uri.UriSchemeHttp, Port = -1 }.Uri
            : host;
    }

    private static Uri? ProxyOf(IWebProxy configured, Uri host)
    {
        var proxy = configured.IsBypassed(host) ? null : configured.GetProxy(host);
        return proxy == host ? null : proxy;
    }

    /// <summary>.NET reads one variable for each scheme, then the one for all. Where none names this proxy, code has set it.</summary>
    private static string SourceOf(IClientConfig config, Uri proxy, Uri host)
    {
        if (config.GetWebProxy() is not null)
        {
            return "the SDK's configuration";
        }

        return Array.Find<string>([$"{host.Scheme}_proxy", "all_proxy"], name => Variable(name)?.Contains(proxy.Host, StringComparison.OrdinalIgnoreCase) == true) is { } variable
            ? variable.ToUpperInvariant()
            : "HttpClient.DefaultProxy";
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) ?? Environment.GetEnvironmentVariable(name.ToUpperInvariant());
}
