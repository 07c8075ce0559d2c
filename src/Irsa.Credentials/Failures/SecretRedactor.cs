using System.Text.RegularExpressions;
using System.Xml;
using Amazon.Runtime;
using Amazon.SecurityToken;

namespace Irsa.Credentials.Failures;

/// <summary>
/// Keeps what was answered out of exceptions and logs. The SDK and the XML reader quote bodies: one that was cut off may hold fresh
/// credentials, one of a proxy may echo the request and with it the token. The network quotes the proxy's address with its password.
/// </summary>
internal static partial class SecretRedactor
{
    /// <summary>How the SDK introduces a body that it quotes.</summary>
    public const string QuotedBody = "HTTP Body:";

    private const int Longest = 500;
    private const string Removed = "[removed]";

    /// <summary>Words of an answer or an exception without anything that could be a secret, cut to a readable length.</summary>
    public static string Of(string answered)
    {
        var scrubbed = SecretLike().Replace(UserInfo().Replace(answered, string.Empty), Removed);
        return scrubbed.Length <= Longest ? scrubbed : scrubbed[..Longest] + "…";
    }

    /// <summary>A request id, which may be as long as a secret where it is made of short groups.</summary>
    public static string OfId(string answered) => GroupedId().IsMatch(answered) ? answered : Of(answered);

    /// <summary>The exception itself, or a copy that says the same without the answer's text.</summary>
    public static Exception WithoutAnswer(Exception exception) => exception switch
    {
        _ when IsClean(exception) => exception,
        AmazonUnmarshallingException => new AmazonClientException("The answer could not be read; its text is not repeated here."),
        AmazonServiceException answer => new AmazonSecurityTokenServiceException(
            Of(answer.Message), answer.ErrorType, Of(answer.ErrorCode ?? string.Empty), OfId(answer.RequestId ?? string.Empty), answer.StatusCode),
        _ => new AmazonClientException($"{exception.GetType().Name}; its text may repeat what was answered and is not shown here."),
    };

    private static bool IsClean(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is XmlException or AmazonUnmarshallingException or AggregateException
                || cause.Message.Contains(QuotedBody, StringComparison.OrdinalIgnoreCase)
                || (cause as AmazonServiceException)?.ErrorCode is { } code && Of(code) != code
                || Of(cause.Message) != cause.Message)
            {
                return false;
            }
        }

        return true;
    }

    // A token ("eyJ" is base64 for '{"') also once more encoded, and any run without spaces that is as long as a secret key.
    [GeneratedRegex(@"(eyJ|ZXlK)[A-Za-z0-9_\-.+/=%]{12,}|[A-Za-z0-9+/=_%-]{40,}")]
    private static partial Regex SecretLike();

    // As the network's exceptions name a proxy: to the last @ before the path, because a password may hold one.
    [GeneratedRegex(@"(?<=://)[^/\s]+@")]
    private static partial Regex UserInfo();

    [GeneratedRegex("^(?!eyJ|ZXlK)[A-Za-z0-9]{1,24}(-[A-Za-z0-9]{1,24}){1,7}$")]
    private static partial Regex GroupedId();
}
