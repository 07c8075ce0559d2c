using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.AspNetCore.HostFiltering;

/// <summary>
/// Keeps pages of other sites from using this service through the browser of somebody who reaches it: it has no users of its own, so a
/// request proves nothing but that it got here.
/// </summary>
internal static class CrossSiteRequests
{
    /// <summary>
    /// The names in the setting <c>AllowedHosts</c>, and this machine's own addresses, by which the kubelet and Prometheus call. A name of
    /// somebody else's that leads here is refused: its pages would count as ours.
    /// </summary>
    public static void AddOwnHosts(this WebApplicationBuilder builder) => builder.Services.Configure<HostFilteringOptions>(options =>
        options.AllowedHosts = [.. (builder.Configuration["AllowedHosts"] ?? string.Empty).Split(';', StringSplitOptions.RemoveEmptyEntries), .. OwnAddresses()]);

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
        from card in NetworkInterface.GetAllNetworkInterfaces()
        from address in card.GetIPProperties().UnicastAddresses
        select Written(address.Address);

    private static string Written(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
}
