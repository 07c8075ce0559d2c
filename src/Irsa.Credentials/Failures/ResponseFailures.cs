using System.Globalization;
using System.Xml;

namespace Irsa.Credentials.Failures;

/// <summary>Answers that are not STS's, or not whole.</summary>
internal static class ResponseFailures
{
    /// <summary>An answer of success whose body could not be read.</summary>
    public static Failure Unreadable(XmlException? fault, ExchangeContext context) => fault?.Message switch
    {
        null => Incomplete("its body could not be read", context),
        var text when text.StartsWith("Root element is missing", StringComparison.Ordinal) => Incomplete("its body is empty", context),
        var text when text.StartsWith("Data at the root level", StringComparison.Ordinal) => Foreign("its body is not XML", context),
        var text when text.Contains("DTD", StringComparison.Ordinal) || text.Contains("html", StringComparison.OrdinalIgnoreCase) => Foreign("its body is a web page", context),
        _ => Incomplete(string.Create(CultureInfo.InvariantCulture, $"its body ends or breaks at line {fault.LineNumber}, position {fault.LinePosition}"), context),
    };

    /// <summary>A refusal without STS's codes: whoever answered is not STS.</summary>
    public static Failure Foreign(StsError reply, ExchangeContext context) => reply.HttpStatus switch
    {
        407 => ProxyRefused($"a proxy answered {context.Operation} for {context.Endpoint} with HTTP 407"),
        >= 500 => new(
            IrsaErrorCode.StsUnavailable,
            IsPermanent: false,
            $"{context.Endpoint}, or a proxy in front of it, answered {context.Operation} with HTTP {reply.HttpStatus} and no STS error in the body.",
            IrsaErrorExplanation.For(IrsaErrorCode.StsUnavailable).Remedy),
        >= 300 and < 400 => Foreign(string.Create(CultureInfo.InvariantCulture, $"it redirects (HTTP {reply.HttpStatus}), which STS never does"), context),
        _ => Foreign(string.Create(CultureInfo.InvariantCulture, $"HTTP {reply.HttpStatus}, no STS error in the body"), context),
    };

    public static Failure ProxyRefused(string seen) => new(
        IrsaErrorCode.ProxyRefused,
        IsPermanent: true,
        $"The proxy refused the way to STS: {seen}.",
        IrsaErrorExplanation.For(IrsaErrorCode.ProxyRefused).Remedy);

    public static Failure Foreign(string seen, ExchangeContext context) => new(
        IrsaErrorCode.NotAnStsResponse,
        IsPermanent: false,
        $"Something that is not STS answered {context.Operation} at {context.Endpoint}: {seen}.",
        IrsaErrorExplanation.For(IrsaErrorCode.NotAnStsResponse).Remedy);

    public static Failure Incomplete(string lack, ExchangeContext context) => new(
        IrsaErrorCode.StsResponseInvalid,
        IsPermanent: false,
        $"{context.Endpoint} answered {context.Operation} with success, but {lack}.",
        IrsaErrorExplanation.For(IrsaErrorCode.StsResponseInvalid).Remedy);
}
