using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using Amazon.Runtime;
using Polly.Timeout;

namespace Irsa.Credentials.Failures;

/// <summary>
/// From what was thrown to why: the only place that looks at STS's codes, at its sentences and at the network's exceptions. STS reuses one
/// code for temporary and permanent faults, so the sentence counts as well.
/// </summary>
internal static class FailureTable
{
    public static Failure Classify(Exception exception, ExchangeContext context)
    {
        if (exception is IrsaException known)
        {
            return known.Failure;
        }

        var reply = Find<AmazonServiceException>(exception) is { } service ? ReplyOf(service) : null;
        var cause = Cause(exception, reply, context);
        return cause with
        {
            Sts = reply,
            RoleArn = context.RoleArn,
            Endpoint = context.Endpoint,
            Token = context.Token,
            Attempts = context.Attempts,
            Cause = exception,
        };
    }

    public static Failure IncompleteAnswer(ExchangeContext context) => Contextual(context, new(
        IrsaErrorCode.AnswerUnreadable,
        IsPermanent: false,
        $"{context.Endpoint} answered {context.Operation} with success, but without complete credentials.",
        "Check what stands between this pod and STS: a proxy may have cut the answer."));

    public static Failure WrongRole(string assumedRoleArn, ExchangeContext context) => Contextual(context, new(
        IrsaErrorCode.WrongRole,
        IsPermanent: true,
        $"{context.Endpoint} answered with credentials of {assumedRoleArn}, but {context.RoleArn} was asked for. They were not used.",
        "Check what answers under that address: STS never does this."));

    public static Failure AnswerExpired(DateTimeOffset expiration, DateTimeOffset? serverTime, ExchangeContext context) => Contextual(context, new(
        IrsaErrorCode.AnswerExpired,
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

    private static StsReply ReplyOf(AmazonServiceException service) => new(
        string.IsNullOrEmpty(service.ErrorCode) ? null : service.ErrorCode,
        string.IsNullOrWhiteSpace(service.Message) ? null : service.Message,
        service.StatusCode == 0 ? null : (int)service.StatusCode,
        string.IsNullOrEmpty(service.RequestId) ? null : service.RequestId);

    private static Failure Cause(Exception exception, StsReply? reply, ExchangeContext context)
    {
        if (exception is TimeoutRejectedException or OperationCanceledException or TimeoutException)
        {
            return new(
                IrsaErrorCode.Timeout,
                IsPermanent: false,
                $"{context.Endpoint} did not answer {context.Operation} in time (attempt {context.Attempts}).",
                "Check the route to STS: in a private cluster an interface endpoint for com.amazonaws.REGION.sts and its security group, else NAT or the proxy (IrsaOptions.ConfigureSts).");
        }

        if (Find<AmazonUnmarshallingException>(exception) is not null || Find<System.Xml.XmlException>(exception) is not null)
        {
            return reply?.HttpStatus is >= 200 and < 300 or null
                ? Unreadable(context)
                : Foreign(reply!, context);
        }

        if (reply is { ErrorCode: not null } or { HttpStatus: >= 400 })
        {
            return Refusal(reply, context);
        }

        return Network(exception, context);
    }

    private static Failure Refusal(StsReply reply, ExchangeContext context)
    {
        var said = $"{context.Endpoint} refused {context.Operation} for {context.RoleArn}: {reply.ErrorCode ?? "no code"} (HTTP {reply.HttpStatus}, request {reply.RequestId ?? "without id"})"
            + (reply.Sentence is { } sentence ? $", \"{Shortened(sentence)}\"." : ".");
        var isChained = context.Operation == "AssumeRole";
        return (reply.ErrorCode, reply.Sentence ?? string.Empty, reply.HttpStatus) switch
        {
            ("Throttling" or "ThrottlingException" or "ThrottledException" or "RequestLimitExceeded" or "TooManyRequestsException" or "SlowDown", _, _) or (_, _, 429) => new(
                IrsaErrorCode.Throttled, false, said, "Nothing to do if it passes. If it stays, look in CloudTrail for what else calls STS in this account and region: the quota is the account's."),
            (_, _, >= 500) => new(
                IrsaErrorCode.StsUnavailable, false, said, "Nothing to do if it passes; if it stays, see the AWS Health Dashboard for STS in this region."),
            ("ExpiredTokenException" or "ExpiredToken", _, _) => new(
                IrsaErrorCode.TokenExpired, true, said + ClaimsOf(context), "The kubelet has not replaced the token: check the node's kubelet and clock, then recreate the pod."),
            ("IDPCommunicationError" or "IDPCommunicationErrorException", _, _) => IssuerUnreachable(said),
            ("InvalidIdentityToken" or "InvalidIdentityTokenException", var text, _) => InvalidToken(text, said, context),
            ("IDPRejectedClaim" or "IDPRejectedClaimException", _, _) => new(
                IrsaErrorCode.ClaimRejected, true, said + ClaimsOf(context), "Recreate the pod for a new token; if it stays, check the issuer."),
            ("AccessDenied" or "AccessDeniedException", _, _) when isChained => new(
                IrsaErrorCode.ChainedRoleRefused, true, said, $"Let the trust policy of {context.RoleArn} name the first role as principal, with the external id configured, and give the first role sts:AssumeRole on it."),
            ("AccessDenied" or "AccessDeniedException", _, _) => new(
                IrsaErrorCode.TrustPolicyMismatch, true, said + ClaimsOf(context), TrustRemedy(context)),
            ("MalformedPolicyDocument" or "MalformedPolicyDocumentException" or "PackedPolicyTooLarge" or "PackedPolicyTooLargeException", _, _) => new(
                IrsaErrorCode.SessionPolicyRejected, true, said, "Correct or shorten IrsaOptions.SessionPolicy and SessionPolicyArns."),
            ("RegionDisabledException" or "RegionDisabled", _, _) => new(
                IrsaErrorCode.RegionDisabled, true, said, $"Activate STS for {context.Region} in the account's IAM settings, or set another region."),
            (_, var text, _) when IsDurationRefusal(text) => new(
                IrsaErrorCode.DurationAboveMaximum, true, said, isChained
                    ? "Leave AssumeRole.SessionDuration at 1 hour or less: AWS allows no more for a chained role."
                    : "Raise the role's maximum session duration (aws iam update-role --max-session-duration), or lower IrsaOptions.SessionDuration."),
            ("ValidationError" or "InvalidParameterValue" or "MalformedInput" or "InvalidArgument", _, _) => new(
                IrsaErrorCode.RequestInvalid, true, said, "Correct the option that the sentence names."),
            ("RequestTimeout" or "RequestTimeoutException", _, _) or (_, _, 408) => new(
                IrsaErrorCode.StsUnavailable, false, said, "Nothing to do if it passes."),
            (null, _, _) => Foreign(reply, context),
            _ => new(
                IrsaErrorCode.UnknownRefusal, true, said + ClaimsOf(context), "Look the code up in the documentation of AWS STS, with the request id in CloudTrail."),
        };
    }

    private static Failure InvalidToken(string sentence, string said, ExchangeContext context)
    {
        bool Says(string part) => sentence.Contains(part, StringComparison.OrdinalIgnoreCase);
        return 0 switch
        {
            _ when Says("retrieve verification key") => IssuerUnreachable(said),
            _ when Says("No OpenIDConnect provider found") => new(
                IrsaErrorCode.ProviderMissing, true, said + ClaimsOf(context), "Create the OIDC provider for this issuer in the account that owns the role (eksctl utils associate-iam-oidc-provider --cluster NAME --approve). STS says the same when its endpoint in this region is deactivated for the account."),
            _ when Says("Incorrect token audience") => new(
                IrsaErrorCode.AudienceRejected, true, said + ClaimsOf(context), "Add the token's audience to the OIDC provider's client ids (aws iam add-client-id-to-open-id-connect-provider), or drop the eks.amazonaws.com/audience annotation: the usual audience is sts.amazonaws.com."),
            _ when Says("thumbprint") => new(
                IrsaErrorCode.ThumbprintMismatch, true, said, "Update the OIDC provider's thumbprints (aws iam update-open-id-connect-provider-thumbprint)."),
            _ => new(
                IrsaErrorCode.TokenRejected, true, said + ClaimsOf(context), "Check that the token is the projected one with audience sts.amazonaws.com, and not the API server's; recreate the pod for a new one."),
        };
    }

    private static Failure IssuerUnreachable(string said) => new(
        IrsaErrorCode.IssuerUnreachable, false, said, "It usually passes. If it stays, check that the issuer's discovery document and keys can be fetched from the internet.");

    private static Failure Unreadable(ExchangeContext context) => new(
        IrsaErrorCode.AnswerUnreadable,
        IsPermanent: false,
        $"{context.Endpoint} answered {context.Operation} with something that is not a whole STS answer.",
        "Check what stands between this pod and STS: a proxy or captive portal may have answered or cut the answer.");

    private static Failure Foreign(StsReply reply, ExchangeContext context) => new(
        IrsaErrorCode.ForeignAnswer,
        IsPermanent: false,
        $"Something that is not STS answered {context.Operation} at {context.Endpoint} (HTTP {reply.HttpStatus}, no STS error in the body).",
        "Check the proxy settings and the endpoint: a proxy, load balancer or captive portal answered in STS's place.");

    private static Failure Network(Exception exception, ExchangeContext context)
    {
        var where = $"{context.Endpoint} could not be asked ({context.Operation}, attempt {context.Attempts})";
        var http = Find<HttpRequestException>(exception);
        return (http?.HttpRequestError, Find<SocketException>(exception)?.SocketErrorCode) switch
        {
            (HttpRequestError.NameResolutionError, _) or (_, SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData) => new(
                IrsaErrorCode.HostNotFound, false, $"{where}: its name does not resolve.", "Check the region, the pod's DNS and, for FIPS or dual stack, that such an endpoint exists."),
            (HttpRequestError.SecureConnectionError, _) => Tls(where),
            _ when Find<AuthenticationException>(exception) is not null => Tls(where),
            (HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse, _) or (_, SocketError.ConnectionReset or SocketError.ConnectionAborted) => Broken(where),
            (HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError, _) or (_, not null) => new(
                IrsaErrorCode.ConnectionFailed, false, $"{where}: no connection ({Find<SocketException>(exception)?.SocketErrorCode.ToString() ?? http!.Message}).", "Check network policy, security groups and the interface endpoint for STS; with a sidecar proxy, that it is up."),
            _ when http is not null || Find<IOException>(exception) is not null => Broken(where),
            _ => UnexpectedFailure.From(exception),
        };
    }

    private static Failure Tls(string where) => new(
        IrsaErrorCode.TlsFailed, false, $"{where}: the TLS handshake failed.", "Check that the node trusts the certificate: a proxy that opens TLS needs its CA in the image.");

    private static Failure Broken(string where) => new(
        IrsaErrorCode.ConnectionBroken, false, $"{where}: the connection broke before the answer was complete.", "Nothing to do if it passes; if it stays, check proxies and sidecars on the way to STS.");

    private static string TrustRemedy(ExchangeContext context) => TrustPolicy.For(context.Token, context.RoleArn) is { } policy
        ? $"Compare the trust policy of {context.RoleArn} with the one this token needs (that the role exists is also to be checked):{Environment.NewLine}{policy.ToJson()}"
        : $"Compare the trust policy of {context.RoleArn} with the token's issuer, subject and audience, and check that the role exists.";

    private static string ClaimsOf(ExchangeContext context) => context.Token is { } token
        ? string.Create(CultureInfo.InvariantCulture, $" The token on disk has iss {token.Issuer ?? "-"}, sub {token.Subject ?? "-"}, aud {string.Join(' ', token.Audience)}, exp {token.Expiration:u}.")
        : string.Empty;

    private static bool IsDurationRefusal(string sentence) =>
        sentence.Contains("DurationSeconds exceeds", StringComparison.OrdinalIgnoreCase)
        || sentence.Contains("exceeds the 1 hour session limit", StringComparison.OrdinalIgnoreCase);

    private static string Shortened(string sentence) => sentence.Length <= 500 ? sentence : sentence[..500] + "…";

    private static T? Find<T>(Exception? exception)
        where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T found)
            {
                return found;
            }
        }

        return null;
    }
}
