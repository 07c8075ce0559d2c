using System.Globalization;
using System.Xml;
using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace Irsa.Credentials.Failures;

/// <summary>
/// From a thrown exception to its failure. <see cref="StsErrorClassifier"/> looks at what STS answered, <see cref="NetworkErrorClassifier"/> at
/// what the network threw; no other code looks at error codes, sentences or exception types.
/// </summary>
internal static class FailureClassifier
{
    public static Failure Classify(Exception exception, ExchangeContext context)
    {
        if (exception is IrsaException known)
        {
            return known.Failure;
        }

        var error = exception.Find<AmazonServiceException>() is { } service ? ErrorOf(service, context.Secrets) : null;
        return Classify(exception, error, context).In(context) with
        {
            Sts = error,
            Cause = SecretRedactor.WithoutResponse(exception, context.Secrets),
        };
    }

    private static Failure Classify(Exception exception, StsError? error, ExchangeContext context)
    {
        if (exception.Find<AmazonUnmarshallingException>() is not null || exception.Find<XmlException>() is not null)
        {
            return error?.HttpStatus is >= 200 and < 300 or null
                ? UnreadableResponse(exception.Find<XmlException>(), context)
                : StsErrorClassifier.ClassifyForeign(error!, context);
        }

        return error is { ErrorCode: not null } or { HttpStatus: >= 300 }
            ? StsErrorClassifier.Classify(error, context)
            : NetworkErrorClassifier.Classify(exception, context);
    }

    /// <summary>A response of success whose body could not be read. The reader's message is looked at, but never shown.</summary>
    private static Failure UnreadableResponse(XmlException? fault, ExchangeContext context) => fault?.Message switch
    {
        null => StsFailures.InvalidResponse("its body could not be read", context),
        var text when text.StartsWith("Root element is missing", StringComparison.Ordinal) => StsFailures.InvalidResponse("its body is empty", context),
        var text when text.StartsWith("Data at the root level", StringComparison.Ordinal) => NetworkFailures.NotSts("its body is not XML", context),
        var text when text.Contains("DTD", StringComparison.Ordinal) || text.Contains("html", StringComparison.OrdinalIgnoreCase) => NetworkFailures.NotSts("its body is a web page", context),
        _ => StsFailures.InvalidResponse(string.Create(CultureInfo.InvariantCulture, $"its body ends or breaks at line {fault.LineNumber}, position {fault.LinePosition}"), context),
    };

    private static StsError ErrorOf(AmazonServiceException service, KnownSecrets secrets) => new(
        string.IsNullOrEmpty(service.ErrorCode) ? null : SecretRedactor.Redact(service.ErrorCode, secrets),
        SentenceOf(service, secrets),
        service.StatusCode == 0 ? null : (int)service.StatusCode,
        string.IsNullOrEmpty(service.RequestId) ? null : SecretRedactor.Redact(service.RequestId, secrets))
    {
        Date = service.Find<HttpErrorResponseException>()?.Response.GetHeaderValue("Date") is { } text
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
                ? date
                : null,
    };

    /// <summary>If the server sent no sentence, the SDK makes one of code and body, which says nothing more and may hold a secret.</summary>
    private static string? SentenceOf(AmazonServiceException service, KnownSecrets secrets) =>
        SecretRedactor.QuotesBody(service.Message) || string.IsNullOrWhiteSpace(service.Message) ? null : SecretRedactor.Redact(service.Message, secrets);
}
