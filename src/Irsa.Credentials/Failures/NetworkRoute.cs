using static Irsa.Credentials.Failures.DisplayText;

namespace Irsa.Credentials.Failures;

/// <summary>The way by which requests leave this process, as errors and the doctor name it.</summary>
internal sealed record NetworkRoute
{
    /// <summary>Gets the proxy's host and port; null without one, and where the application's factory decides.</summary>
    public string? Proxy { get; init; }

    /// <summary>Gets what names the proxy: a variable, or a property of the SDK or of .NET.</summary>
    public string? ProxySource { get; init; }

    /// <summary>Gets the type of the application's factory, whose HTTP client sends as it likes; null for this library's own.</summary>
    public string? HttpClientFactory { get; init; }

    /// <summary>Gets the entries of NO_PROXY that other programs would read for this host, and .NET does not.</summary>
    public IReadOnlyList<string> UnreadExemptions { get; init; } = [];

    /// <summary>Gets a variable that names certificate authorities to other programs, and not to .NET; null without one.</summary>
    public string? UnreadTrust { get; init; }

    /// <summary>Gets a value indicating whether the DNS has not answered yet: a call that times out then never came to a connection.</summary>
    public bool IsResolving { get; init; }

    /// <summary>Gets a value indicating whether the host itself is called, as far as this process decides it.</summary>
    public bool IsDirect => Proxy is null && HttpClientFactory is null;

    /// <summary>Gets the way as the end of a sentence.</summary>
    public string Words => HttpClientFactory is { } factory ? $"through the application's HttpClientFactory {Escape(factory)}"
        : Proxy is { } proxy ? $"through the proxy {Escape(proxy)}{(ProxySource is { } source ? $" of {source}" : string.Empty)}"
        : "without a proxy";

    /// <summary>Gets what to know of NO_PROXY, as sentences that begin with a space; empty where it says nothing that .NET does not read.</summary>
    public string ExemptionHint => UnreadExemptions.Count == 0 ? string.Empty
        : $" .NET does not read {string.Join(" and ", UnreadExemptions.Select(Quote))} in NO_PROXY: write the host itself, or its domain with a leading dot and without a star or a port.";

    /// <summary>Gets what to know of the variable, as sentences that begin with a space.</summary>
    public string TrustHint => UnreadTrust is { } variable ? $" {variable} is set, but .NET does not read it: set SSL_CERT_FILE to the same file." : string.Empty;
}
