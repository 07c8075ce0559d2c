using System.Globalization;
using System.Xml;
using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace Irsa.Credentials.Failures;

/// <summary>
/// From what was thrown to why. What was answered is judged by <see cref="StsErrorClassifier"/>, what happened on the way by
/// <see cref="NetworkErrorClassifier"/>; nobody else looks at codes, sentences or exceptions.
/// </summary>
internal static class FailureClassifier
{
    public static Failure Classify(Exception exception, ExchangeContext context)
    {
        if (exception is IrsaException known)
        {
            return known.Failure;
        }

        var reply = exception.Find<AmazonServiceException>() is { } service ? ReplyOf(service) : null;
        var cause = Cause(exception, reply, context);
        return cause with
        {
            Sts = reply,
            RoleArn = context.RoleArn,
            Endpoint = context.Endpoint,
            Token = context.Token,
            Attempts = context.Attempts,
            Cause = SecretRedactor.WithoutAnswer(exception),
        };
    }

    public static Failure IncompleteAnswer(ExchangeContext context) => Contextual(context, new(
        IrsaErrorCode.StsResponseInvalid,
        IsPermanent: false,
        $"{context.Endpoint} answered {context.Operation} with success, but without complete credentials.",
        IrsaErrorExplanation.For(IrsaErrorCode.StsResponseInvalid).Remedy));

    /// <param name="lack">What is wrong with it, as the end of a sentence; never a value.</param>
    /// <param name="context">What was asked of whom.</param>
    public static Failure InvalidAnswer(string lack, ExchangeContext context) => Contextual(context, ResponseFailures.Incomplete(lack, context));

    public static Failure NothingOfSts(ExchangeContext context) =>
        Contextual(context, ResponseFailures.Foreign("its body holds nothing of an STS answer, as a sign-in page does", context));

    public static Failure WrongRole(string assumedRoleArn, ExchangeContext context) => Contextual(context, new(
        IrsaErrorCode.WrongRole,
        IsPermanent: true,
        $"{context.Endpoint} answered with credentials of {assumedRoleArn}, but {context.RoleArn} was asked for. They were not used.",
        IrsaErrorExplanation.For(IrsaErrorCode.WrongRole).Remedy));

    public static Failure CredentialsAlreadyExpired(DateTimeOffset expiration, DateTimeOffset? serverTime, ExchangeContext context) => Contextual(context, new(
        IrsaErrorCode.CredentialsAlreadyExpired,
        IsPermanent: false,
        string.Create(CultureInfo.InvariantCulture, $"{context.Endpoint} answered with credentials that had expired at {expiration:u}; its own clock said {serverTime:u}. They were not used."),
        "Check the clocks of this node and of the server that answered."));

    private static Failure Contextual(ExchangeContext context, Failure failure) => failure with
    {
        RoleArn = context.RoleArn,
        Endpoint = context.Endpoint,
        Token = context.Token,
        Attempts = context.Attempts,
    };

    private static StsError ReplyOf(AmazonServiceException service) => new(
        string.IsNullOrEmpty(service.ErrorCode) ? null : SecretRedactor.Of(service.ErrorCode),
        SentenceOf(service),
        service.StatusCode == 0 ? null : (int)service.StatusCode,
        string.IsNullOrEmpty(service.RequestId) ? null : SecretRedactor.OfId(service.RequestId))
    {
        Date = service.Find<HttpErrorResponseException>()?.Response.GetHeaderValue("Date") is { } text
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
                ? date
                : null,
    };

    /// <summary>Where the server sent no sentence the SDK makes one of code and body, which say nothing more.</summary>
    private static string? SentenceOf(AmazonServiceException service) =>
        string.IsNullOrWhiteSpace(service.Message) || service.Message.Contains(SecretRedactor.QuotedBody, StringComparison.OrdinalIgnoreCase)
            ? null
            : SecretRedactor.Of(service.Message);

    private static Failure Cause(Exception exception, StsError? reply, ExchangeContext context)
    {
        if (exception.Find<AmazonUnmarshallingException>() is not null || exception.Find<XmlException>() is not null)
        {
            return reply?.HttpStatus is >= 200 and < 300 or null
                ? ResponseFailures.Unreadable(exception.Find<XmlException>(), context)
                : ResponseFailures.Foreign(reply!, context);
        }

        return reply is { ErrorCode: not null } or { HttpStatus: >= 300 }
            ? StsErrorClassifier.Judge(reply, context)
            : NetworkErrorClassifier.Judge(exception, context);
    }
}
