using Irsa.Credentials.Failures;
using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Tests.Failures;

/// <summary>Every code of the table, as it is on the wire. One that is missing would be a permanent failure without a cause.</summary>
public sealed class StsErrorClassifierTests
{
    private static readonly ExchangeContext Context = new(
        "AssumeRoleWithWebIdentity", TestSettings.Role, static () => "https://sts.eu-central-1.amazonaws.com/", "eu-central-1", null, 2);

    public static TheoryData<string, IrsaErrorCode, bool> Codes
    {
        get
        {
            var rows = new TheoryData<string, IrsaErrorCode, bool>();
            Add(IrsaErrorCode.Throttled, false, "Throttling", "ThrottlingException", "ThrottledException", "RequestLimitExceeded", "TooManyRequestsException", "SlowDown");
            Add(IrsaErrorCode.StsUnavailable, false, "RequestTimeout", "RequestTimeoutException");
            Add(IrsaErrorCode.IssuerUnreachable, false, "IDPCommunicationError", "IDPCommunicationErrorException");
            Add(IrsaErrorCode.TokenExpired, true, "ExpiredToken", "ExpiredTokenException");
            Add(IrsaErrorCode.TokenRejected, true, "InvalidIdentityToken", "InvalidIdentityTokenException");
            Add(IrsaErrorCode.ClaimRejected, true, "IDPRejectedClaim", "IDPRejectedClaimException");
            Add(IrsaErrorCode.TrustPolicyMismatch, true, "AccessDenied", "AccessDeniedException");
            Add(IrsaErrorCode.SessionPolicyRejected, true, "MalformedPolicyDocument", "MalformedPolicyDocumentException", "PackedPolicyTooLarge", "PackedPolicyTooLargeException");
            Add(IrsaErrorCode.RegionDisabled, true, "RegionDisabled", "RegionDisabledException", "OptInRequired");
            Add(IrsaErrorCode.RequestInvalid, true, "ValidationError", "ValidationException", "InvalidParameterValue", "InvalidParameterCombination", "MissingParameter", "MalformedInput", "InvalidArgument", "InvalidAction");

            // Only a signed call can have them.
            Add(IrsaErrorCode.UnknownStsError, true, "RequestTimeTooSkewed", "RequestExpired", "SignatureDoesNotMatch", "InvalidSignatureException");
            return rows;

            void Add(IrsaErrorCode expected, bool isPermanent, params string[] codes)
            {
                foreach (var code in codes)
                {
                    rows.Add(code, expected, isPermanent);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_code_of_STS_has_one_cause(string code, IrsaErrorCode expected, bool isPermanent)
    {
        var failure = Classify(code, "x", 400);

        Assert.Equal((expected, isPermanent), (failure.Code, failure.IsPermanent));
        Assert.Contains($"refused AssumeRoleWithWebIdentity for \"{TestSettings.Role}\": {code} (HTTP 400, request ID missing): \"x\".", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Whatever_the_code_a_server_in_trouble_is_asked_again(string code, IrsaErrorCode otherwise, bool isPermanentOtherwise)
    {
        var (inTrouble, throttling) = (Classify(code, "x", 500), Classify(code, "x", 429));

        Assert.Equal((otherwise == IrsaErrorCode.Throttled ? otherwise : IrsaErrorCode.StsUnavailable, false), (inTrouble.Code, inTrouble.IsPermanent));
        Assert.Equal((IrsaErrorCode.Throttled, false), (throttling.Code, isPermanentOtherwise && throttling.IsPermanent));
    }

    /// <summary>Codes are compared whole and in their own case. What merely resembles one may mean anything, so only the status counts.</summary>
    [Theory]
    [MemberData(nameof(Codes))]
    public void What_resembles_a_code_is_none(string code, IrsaErrorCode known, bool isPermanent)
    {
        Assert.Equal((known, isPermanent), (Classify(code, "x", 400).Code, Classify(code, "x", 400).IsPermanent));
        foreach (var other in Enumerable.Range(0, code.Length).Select(index => $"{code[..index]}~{code[(index + 1)..]}").Concat([code + "s", code.ToLowerInvariant(), "Not" + code]))
        {
            foreach (var operation in (string[])["AssumeRoleWithWebIdentity", "AssumeRole"])
            {
                Assert.Equal(
                    [IrsaErrorCode.UnknownStsError, IrsaErrorCode.StsUnavailable, IrsaErrorCode.Throttled, IrsaErrorCode.StsUnavailable],
                    ((int[])[400, 408, 429, 503]).Select(status => StsErrorClassifier.Classify(new StsError(other, "x", status, null), Context with { Operation = operation }).Code));
            }
        }
    }

    /// <summary>A proxy says 408 too, with codes of its own.</summary>
    [Theory]
    [MemberData(nameof(Codes))]
    public void A_code_says_more_than_the_status_of_a_request_that_took_too_long(string code, IrsaErrorCode known, bool isPermanent)
    {
        var failure = Classify(code, "x", 408);

        Assert.Equal(known == IrsaErrorCode.UnknownStsError ? (IrsaErrorCode.StsUnavailable, false) : (known, isPermanent), (failure.Code, failure.IsPermanent));
    }

    [Theory]
    [InlineData("RequestTimeTooSkewed", "", IrsaErrorCode.ClockSkewTooLarge)]
    [InlineData("RequestExpired", "", IrsaErrorCode.ClockSkewTooLarge)]
    [InlineData("SignatureDoesNotMatch", "Signature expired: 20261126T120000Z is now earlier than 20261126T121000Z", IrsaErrorCode.ClockSkewTooLarge)]
    [InlineData("InvalidSignatureException", "Signature not yet current: 20261126T130000Z is still later than 20261126T121000Z", IrsaErrorCode.ClockSkewTooLarge)]
    [InlineData("SignatureDoesNotMatch", "The request signature we calculated does not match", IrsaErrorCode.UnknownStsError)]
    [InlineData("InvalidParameterValue", "Signature expired", IrsaErrorCode.RequestInvalid)]
    [InlineData("ExpiredToken", "", IrsaErrorCode.UnknownStsError)]
    [InlineData("AccessDenied", "", IrsaErrorCode.ChainedRoleDenied)]
    public void A_call_that_is_signed_has_causes_of_its_own(string code, string sentence, IrsaErrorCode expected)
    {
        var failure = StsErrorClassifier.Classify(new StsError(code, sentence, 403, "id"), Context with { Operation = "AssumeRole" });

        Assert.Equal(expected, failure.Code);
    }

    [Theory]
    [InlineData("service control policy")]
    [InlineData("resource control policy")]
    [InlineData("VPC endpoint policy")]
    [InlineData("permissions boundary")]
    [InlineData("session policy")]
    public void A_policy_that_STS_names_is_the_cause_and_not_the_trust_policy(string policy)
    {
        var failure = Classify("AccessDenied", $"with an explicit deny in a {policy.ToUpperInvariant()}", 403);

        Assert.Equal(IrsaErrorCode.DeniedByOtherPolicy, failure.Code);
        Assert.Contains(policy, failure.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, IrsaErrorCode.TrustPolicyMismatch)]
    [InlineData(0, IrsaErrorCode.TokenExpired)]
    [InlineData(1, IrsaErrorCode.TokenExpired)]
    public void A_denial_without_a_reason_is_an_expired_token_where_the_servers_clock_says_so(int secondsAfterExpiration, IrsaErrorCode expected)
    {
        var expiration = new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);
        var error = new StsError("AccessDenied", null, 403, "id") { Date = expiration.AddSeconds(secondsAfterExpiration) };

        var failure = StsErrorClassifier.Classify(error, Context with { Token = new TokenClaims { Issuer = "https://oidc.example", Expiration = expiration } });

        Assert.Equal(expected, failure.Code);
        Assert.Contains("the subject (none) and the audience (none); it expires at 2026-11-26 12:00:00Z.", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(299, IrsaErrorCode.NotAnStsResponse, "HTTP 299 without an STS error")]
    [InlineData(300, IrsaErrorCode.NotAnStsResponse, "redirects")]
    [InlineData(399, IrsaErrorCode.NotAnStsResponse, "redirects")]
    [InlineData(400, IrsaErrorCode.NotAnStsResponse, "HTTP 400 without an STS error")]
    [InlineData(407, IrsaErrorCode.ProxyRefused, "HTTP 407")]
    [InlineData(499, IrsaErrorCode.NotAnStsResponse, "HTTP 499 without an STS error")]
    [InlineData(500, IrsaErrorCode.StsUnavailable, "HTTP 500 and no STS error")]
    public void An_answer_without_a_code_is_no_answer_of_STS(int status, IrsaErrorCode expected, string words)
    {
        var failure = StsErrorClassifier.Classify(new StsError(null, null, status, null), Context);

        Assert.Equal(expected, failure.Code);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    private static Failure Classify(string code, string sentence, int status) => StsErrorClassifier.Classify(new StsError(code, sentence, status, null), Context);
}
