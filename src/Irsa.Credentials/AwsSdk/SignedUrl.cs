using System.Globalization;
using System.Web;
using Amazon.Util;

namespace Irsa.Credentials.AwsSdk;

/// <summary>What the query of a presigned URL says about it.</summary>
internal sealed class SignedUrl
{
    private SignedUrl(Uri address, DateTimeOffset expiration, bool hasSession)
    {
        Address = address;
        Expiration = expiration;
        HasSession = hasSession;
    }

    public Uri Address { get; }

    /// <summary>Gets its end by the clock that signed it, which is the service's as far as the SDK knows it.</summary>
    public DateTimeOffset Expiration { get; }

    /// <summary>Gets a value indicating whether a session signed it, which ends, and not a key that lasts.</summary>
    public bool HasSession { get; }

    /// <param name="url">The URL.</param>
    /// <param name="expiration">Its end where it does not say.</param>
    public static SignedUrl Parse(string url, DateTimeOffset expiration)
    {
        var address = new Uri(url);
        var query = HttpUtility.ParseQueryString(address.Query);
        var isDated = DateTimeOffset.TryParseExact(
            query["X-Amz-Date"], AWSSDKUtils.ISO8601BasicDateTimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signedAt);
        return new SignedUrl(
            address,
            isDated && long.TryParse(query["X-Amz-Expires"], CultureInfo.InvariantCulture, out var seconds) ? signedAt.AddSeconds(seconds) : expiration,
            (query["X-Amz-Security-Token"] ?? query["X-Amz-S3session-Token"]) is not null);
    }
}
