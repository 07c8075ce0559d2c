namespace Irsa.Credentials.Failures;

/// <summary>Addresses as errors, logs and reports show them: without user, password and query, which may be secret.</summary>
internal static class RedactedUri
{
    public static string Of(Uri address) => address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <summary>Host and port, as a proxy is named.</summary>
    public static string HostAndPort(Uri address) => address.GetComponents(UriComponents.HostAndPort, UriFormat.UriEscaped);

    /// <summary>For a value that is no address, so that nobody knows where its password ends.</summary>
    public static string Of(string value) => value.LastIndexOf('@') is var end and >= 0 ? "…" + value[end..] : value;
}
