using System.Buffers;

namespace Irsa.Credentials.Failures;

/// <summary>URLs as errors, logs and reports show them: without user, password and query, which may be secret.</summary>
internal static class RedactedUri
{
    private static readonly SearchValues<char> Suspicious = SearchValues.Create("@?#&=;");

    public static string Of(Uri address) => address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <summary>An address that can be called, without user and password.</summary>
    public static Uri WithoutUser(Uri address) => address.UserInfo.Length == 0 ? address : new UriBuilder(address) { UserName = string.Empty, Password = string.Empty }.Uri;

    /// <summary>Host and port, as a proxy is named.</summary>
    public static string HostAndPort(Uri address) => address.GetComponents(UriComponents.HostAndPort, UriFormat.UriEscaped);

    /// <summary>
    /// Describes a value that is not a usable URL. Nobody knows where its password would end, so a value that may hold one is not shown at all.
    /// </summary>
    public static string Describe(string value) => MayHoldPassword(value)
        ? "not a usable URL (its value is not shown, because it may contain a password)"
        : SecretRedactor.QuoteAscii(value);

    public static bool MayHoldPassword(string value) => value.AsSpan().ContainsAny(Suspicious);
}
