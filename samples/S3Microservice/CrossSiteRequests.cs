using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Primitives;

/// <summary>
/// Keeps pages of other sites from using this service through the browser of somebody who reaches it: it has no users of its own, so a
/// request proves nothing but that it got here.
/// </summary>
internal static class CrossSiteRequests
{
    /// <summary>The framework's own filter answers a refused name without a reason, so <see cref="UseOwnHosts"/> takes its place.</summary>
    public static void AddOwnHosts(this IServiceCollection services) => services.PostConfigure<HostFilteringOptions>(static options => options.AllowedHosts = ["*"]);

    /// <summary>
    /// Accepts the names in the setting <c>AllowedHosts</c>, and this machine's own addresses, by which the kubelet and Prometheus call. A name
    /// of somebody else's that leads here is refused: its pages would count as ours.
    /// </summary>
    public static void UseOwnHosts(this WebApplication app)
    {
        var allowed = (app.Configuration["AllowedHosts"] ?? string.Empty).Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Concat(OwnAddresses()).Select(static name => new StringSegment(name)).ToList();
        var isOpen = allowed.Contains("*");
        app.Use((context, next) => isOpen || HostString.MatchesAny(context.Request.Host.Value ?? string.Empty, allowed)
            ? next(context)
            : throw new BadHttpRequestException("This service does not answer to this host name. Add the name to AllowedHosts.", StatusCodes.Status400BadRequest));
    }

    /// <summary>Refuses to change anything, or to sign a link, for a page that does not come from here.</summary>
    public static void UseOwnPagesOnly(this IApplicationBuilder app) => app.Use(static (context, next) =>
        HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || IsOwn(context.Request)
            ? next(context)
            : throw new BadHttpRequestException("A page of another site has sent this.", StatusCodes.Status403Forbidden));

    /// <summary>A browser says where a page comes from, the second way also over plain HTTP; nothing else sends either header.</summary>
    private static bool IsOwn(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() switch
    {
        "same-origin" or "none" => true,
        "" => request.Headers.Origin.Count == 0
            || (Uri.TryCreate(request.Headers.Origin, UriKind.Absolute, out var origin) && origin.Authority == request.Host.Value),
        _ => false,
    };

    private static IEnumerable<string> OwnAddresses() =>
        from networkInterface in NetworkInterface.GetAllNetworkInterfaces()
        from address in networkInterface.GetIPProperties().UnicastAddresses
        select Format(address.Address);

    private static string Format(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
}
