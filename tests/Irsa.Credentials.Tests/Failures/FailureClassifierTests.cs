using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Tests.Failures;

public sealed class FailureClassifierTests
{
    private static readonly ExchangeContext Context = new(
        "AssumeRoleWithWebIdentity",
        TestSettings.Role,
        static () => "https://sts.eu-central-1.amazonaws.com/",
        "eu-central-1",
        new TokenClaims { Issuer = "https://oidc.example/id/A", Subject = "system:serviceaccount:shop:orders", Audience = ["sts.amazonaws.com"] },
        2);

    [Theory]
    [InlineData(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", IrsaErrorCode.TrustPolicyMismatch, true)]
    [InlineData(403, "AccessDenied", "", IrsaErrorCode.TrustPolicyMismatch, true)]
    [InlineData(400, "InvalidIdentityToken", "No OpenIDConnect provider found in your account for https://oidc.example", IrsaErrorCode.ProviderMissing, true)]
    [InlineData(400, "InvalidIdentityToken", "Incorrect token audience", IrsaErrorCode.AudienceRejected, true)]
    [InlineData(400, "InvalidIdentityToken", "HTTPS certificate doesn't match configured thumbprint", IrsaErrorCode.ThumbprintMismatch, true)]
    [InlineData(400, "InvalidIdentityToken", "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint", IrsaErrorCode.ThumbprintMismatch, true)]
    [InlineData(400, "InvalidIdentityToken", "Couldn't retrieve verification key from your identity provider,  please reference", IrsaErrorCode.IssuerUnreachable, false)]
    [InlineData(400, "InvalidIdentityToken", "The ID Token provided is not a valid JWT", IrsaErrorCode.TokenRejected, true)]
    [InlineData(400, "InvalidIdentityToken", "could not be validated", IrsaErrorCode.TokenRejected, true)]
    [InlineData(400, "ExpiredTokenException", "Token expired: current date/time 2 must be before the expiration date/time 1", IrsaErrorCode.TokenExpired, true)]
    [InlineData(400, "IDPCommunicationError", "", IrsaErrorCode.IssuerUnreachable, false)]
    [InlineData(403, "IDPRejectedClaim", "", IrsaErrorCode.ClaimRejected, true)]
    [InlineData(400, "MalformedPolicyDocument", "", IrsaErrorCode.SessionPolicyRejected, true)]
    [InlineData(400, "PackedPolicyTooLarge", "", IrsaErrorCode.SessionPolicyRejected, true)]
    [InlineData(403, "RegionDisabledException", "STS is not activated in this region", IrsaErrorCode.RegionDisabled, true)]
    [InlineData(400, "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.", IrsaErrorCode.DurationAboveMaximum, true)]
    [InlineData(400, "ValidationError", "1 validation error detected", IrsaErrorCode.RequestInvalid, true)]
    [InlineData(400, "InvalidArgument", "", IrsaErrorCode.RequestInvalid, true)]
    [InlineData(400, "Throttling", "Rate exceeded", IrsaErrorCode.Throttled, false)]
    [InlineData(400, "ThrottlingException", "Rate exceeded", IrsaErrorCode.Throttled, false)]
    [InlineData(429, "Whatever", "", IrsaErrorCode.Throttled, false)]
    [InlineData(500, "InternalFailure", "", IrsaErrorCode.StsUnavailable, false)]
    [InlineData(502, null, "", IrsaErrorCode.StsUnavailable, false)]
    [InlineData(503, "ServiceUnavailable", "", IrsaErrorCode.StsUnavailable, false)]
    [InlineData(504, null, "", IrsaErrorCode.StsUnavailable, false)]
    [InlineData(418, "Teapot", "", IrsaErrorCode.UnknownStsError, true)]
    [InlineData(407, null, "", IrsaErrorCode.ProxyRefused, true)]
    [InlineData(302, null, "", IrsaErrorCode.NotAnStsResponse, false)]
    [InlineData(400, null, "", IrsaErrorCode.NotAnStsResponse, false)]
    [InlineData(403, "AccessDenied", "is not authorized with an explicit deny in a service control policy", IrsaErrorCode.DeniedByOtherPolicy, true)]
    [InlineData(403, "AccessDenied", "because no VPC endpoint policy allows the action", IrsaErrorCode.DeniedByOtherPolicy, true)]
    [InlineData(403, "OptInRequired", "", IrsaErrorCode.RegionDisabled, true)]
    public void A_refusal_is_classified_by_code_message_and_status(int status, string? code, string sentence, IrsaErrorCode expected, bool permanent)
    {
        var exception = new AmazonSecurityTokenServiceException(sentence, ErrorType.Sender, code, "request-1", (HttpStatusCode)status);

        var failure = FailureClassifier.Classify(exception, Context);

        Assert.Equal((expected, permanent), (failure.Code, failure.IsPermanent));
        Assert.Equal(("request-1", status), (failure.Sts!.RequestId, failure.Sts.HttpStatus));
        Assert.NotEmpty(failure.Remedy);
    }

    private const string FirstRole = "User: arn:aws:sts::111122223333:assumed-role/orders/pod-1 is not authorized to perform: ";

    /// <summary>STS's sentences, in the old form and the one that names the policy.</summary>
    [Theory]
    [InlineData(FirstRole + "sts:AssumeRole on resource: X with an explicit deny in an identity-based policy", IrsaErrorCode.DeniedByOtherPolicy, "identity-based policy of arn:aws:iam::111122223333:role/orders")]
    [InlineData(FirstRole + "sts:AssumeRole on resource: X with an explicit deny in an identity-based policy: arn:aws:iam::111122223333:policy/no", IrsaErrorCode.DeniedByOtherPolicy, "identity-based policy of arn:aws:iam::111122223333:role/orders")]
    [InlineData(FirstRole + "sts:AssumeRole on resource: X because no identity-based policy allows the sts:AssumeRole action", IrsaErrorCode.ChainedRoleDenied, "Allow arn:aws:iam::111122223333:role/orders the action sts:AssumeRole")]
    [InlineData("User: somebody is not authorized because no identity-based policy allows the sts:AssumeRole action", IrsaErrorCode.ChainedRoleDenied, "Allow the first role the action sts:AssumeRole")]
    [InlineData(FirstRole + "sts:AssumeRole on resource: X because no session policy allows the sts:AssumeRole action", IrsaErrorCode.DeniedByOtherPolicy, "session policy")]
    [InlineData(FirstRole + "sts:TagSession on resource: X", IrsaErrorCode.ChainedRoleDenied, "sts:TagSession as well")]
    [InlineData(FirstRole + "sts:SetSourceIdentity on resource: X", IrsaErrorCode.ChainedRoleDenied, "sts:SetSourceIdentity as well")]
    [InlineData(FirstRole + "sts:AssumeRole on resource: X", IrsaErrorCode.ChainedRoleDenied, "Name the first role as principal")]
    public void A_second_role_that_is_refused_has_the_policy_that_the_sentence_names(string sentence, IrsaErrorCode expected, string remedy)
    {
        var exception = new AmazonSecurityTokenServiceException(sentence, ErrorType.Sender, "AccessDenied", "request-1", HttpStatusCode.Forbidden);

        var failure = FailureClassifier.Classify(exception, Context with { Operation = "AssumeRole" });

        Assert.Equal(expected, failure.Code);
        Assert.Contains(remedy, failure.Remedy, StringComparison.Ordinal);
    }

    public static TheoryData<Exception, IrsaErrorCode> NetworkExceptions => new()
    {
        { new HttpRequestException(HttpRequestError.NameResolutionError), IrsaErrorCode.HostNotFound },
        { new HttpRequestException("x", new SocketException((int)SocketError.HostNotFound)), IrsaErrorCode.HostNotFound },
        { new HttpRequestException(HttpRequestError.ConnectionError, inner: new SocketException((int)SocketError.ConnectionRefused)), IrsaErrorCode.ConnectionFailed },
        { new HttpRequestException(HttpRequestError.SecureConnectionError), IrsaErrorCode.TlsFailed },
        { new HttpRequestException("x", new AuthenticationException()), IrsaErrorCode.TlsFailed },
        { new HttpRequestException("x", new AuthenticationException("Cannot determine the frame size or a corrupted frame was received.")), IrsaErrorCode.NotTls },
        { new HttpRequestException(HttpRequestError.ResponseEnded), IrsaErrorCode.ConnectionBroken },
        { new HttpRequestException("x", new IOException("x", new SocketException((int)SocketError.ConnectionReset))), IrsaErrorCode.ConnectionBroken },
        { new AmazonServiceException("x", new HttpRequestException(HttpRequestError.NameResolutionError)), IrsaErrorCode.HostNotFound },
        { new TaskCanceledException(), IrsaErrorCode.Timeout },
        { new AmazonUnmarshallingException("request-1", "x", new System.Xml.XmlException()), IrsaErrorCode.StsResponseInvalid },
    };

    [Theory]
    [MemberData(nameof(NetworkExceptions))]
    public void What_the_network_throws_is_transient_and_has_a_cause(Exception exception, IrsaErrorCode expected)
    {
        var failure = FailureClassifier.Classify(exception, Context);

        Assert.Equal((expected, false), (failure.Code, failure.IsPermanent));
        Assert.Contains(Context.Endpoint, failure.Message, StringComparison.Ordinal);
    }

    /// <summary>The sentences are .NET's, which are the same in every culture.</summary>
    [Theory]
    [InlineData("The remote certificate is invalid according to the validation procedure: RemoteCertificateNameMismatch", IrsaErrorCode.TlsFailed)]
    [InlineData("The remote certificate is invalid according to the validation procedure: RemoteCertificateNameMismatch, RemoteCertificateChainErrors", IrsaErrorCode.TlsFailed)]
    [InlineData("The remote certificate is invalid because of errors in the certificate chain: UntrustedRoot", IrsaErrorCode.TlsFailed)]
    [InlineData("The remote certificate is invalid because of errors in the certificate chain: NotTimeValid", IrsaErrorCode.CertificateNotValidNow)]
    [InlineData("The remote certificate is invalid because of errors in the certificate chain: NotTimeValid, UntrustedRoot", IrsaErrorCode.TlsFailed)]
    [InlineData("The remote certificate is invalid because of errors in the certificate chain: NotSignatureValid", IrsaErrorCode.TlsFailed)]
    public void A_certificate_that_is_refused_remains_wrong(string sentence, IrsaErrorCode expected)
    {
        Assert.SkipWhen(TrustStore.IsEmpty, "this machine has no certificate authorities");

        var failure = FailureClassifier.Classify(new HttpRequestException("x", new AuthenticationException(sentence)), Context);

        Assert.Equal((expected, true), (failure.Code, failure.IsPermanent));
    }

    [Theory]
    [InlineData(null, "Compare the node's clock")]
    [InlineData(-10, "Renew its certificate")]
    [InlineData(10, "Correct the node's clock")]
    public void The_tokens_times_tell_whether_the_clock_or_the_certificate_is_wrong(int? minutesUntilIssued, string remedy)
    {
        var now = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
        var token = new TokenClaims { IssuedAt = minutesUntilIssued is { } minutes ? now.AddMinutes(minutes) : null, Expiration = now.AddDays(1) };

        var failure = NetworkFailures.CertificateOfOtherTime(Context with { Token = token }, new NetworkRoute(), now);

        Assert.Contains("2026-11-23 12:00:00Z", failure.Message, StringComparison.Ordinal);
        Assert.StartsWith(remedy, failure.Remedy.Replace("Find out which server answers: openssl s_client -connect HOST:443. ", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, IrsaErrorCode.HostNotFound)]
    [InlineData(false, IrsaErrorCode.Timeout)]
    public void A_call_that_times_out_before_the_DNS_has_answered_is_one_of_names(bool isResolving, IrsaErrorCode expected) => Assert.Equal(
        expected,
        FailureClassifier.Classify(new TaskCanceledException(), Context with { FindRoute = () => new NetworkRoute { IsResolving = isResolving } }).Code);

    [Theory]
    [InlineData("https://oidc.eks.eu-west-1.amazonaws.com/id/ABC", true, "eu-west-1")]
    [InlineData("https://oidc.eks.cn-north-1.amazonaws.com.cn/id/ABC", true, "cn-north-1")]
    [InlineData("https://oidc.eks.eu-central-1.amazonaws.com/id/ABC", true, null)]
    [InlineData("https://oidc.eks.eu-west-1.amazonaws.com/id/ABC", false, null)]
    [InlineData("https://issuer.example/id/oidc.eks.eu-west-1.amazonaws.com/id/ABC", true, null)]
    public void A_region_that_is_not_the_clusters_is_named_where_STS_cannot_be_reached(string issuer, bool isAws, string? named)
    {
        var context = Context with { Token = new TokenClaims { Issuer = issuer }, IsAws = isAws };

        Assert.All(
            [
                FailureClassifier.Classify(new TaskCanceledException(), context),
                FailureClassifier.Classify(new SocketException((int)SocketError.HostNotFound), context),
                FailureClassifier.Classify(new SocketException((int)SocketError.ConnectionRefused), context),
                FailureClassifier.Classify(new AmazonSecurityTokenServiceException("x", ErrorType.Sender, "RegionDisabledException", "1", HttpStatusCode.Forbidden), context),
            ],
            failure => Assert.Equal(named is not null, failure.Remedy.Contains($"set AWS_REGION and AWS_DEFAULT_REGION to {named}. ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(null, IrsaErrorCode.AddressFamilyMissing)]
    [InlineData("proxy.example:3128", IrsaErrorCode.ConnectionFailed)]
    public void A_family_without_a_route_is_that_of_STS_only_without_a_proxy(string? proxy, IrsaErrorCode expected) => Assert.Equal(
        expected,
        FailureClassifier.Classify(new SocketException((int)SocketError.AddressFamilyNotSupported), Context with { FindRoute = () => new NetworkRoute { Proxy = proxy } }).Code);

    [Fact]
    public void An_unexpected_exception_has_its_own_id_and_shows_type_message_and_origin()
    {
        var exception = Thrown(static () => throw new InvalidOperationException("no proxy is configured"));

        var failure = FailureClassifier.Classify(exception, Context);

        Assert.Equal((IrsaErrorCode.UnexpectedError, true), (failure.Code, failure.IsPermanent));
        Assert.Same(exception, failure.ToException().InnerException);
        Assert.Contains("System.InvalidOperationException from Irsa.Credentials.Tests.Failures.FailureClassifierTests", failure.Message, StringComparison.Ordinal);
        Assert.Contains("\"no proxy is configured\"", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ConfigureSts (", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unexpected_exception_from_within_NET_names_the_code_that_called_it()
    {
        var exception = Thrown(static () => _ = int.Parse("no number", System.Globalization.CultureInfo.InvariantCulture));

        var failure = FailureClassifier.Classify(exception, Context);

        Assert.Contains("System.FormatException from Irsa.Credentials.Tests.Failures.FailureClassifierTests", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unexpected_exception_of_ConfigureSts_names_it()
    {
        Action configure = static () => throw new InvalidOperationException("x");

        var failure = FailureClassifier.Classify(Thrown(configure), Context with { ConfigureSts = configure });

        Assert.Equal(IrsaErrorCode.UnexpectedError, failure.Code);
        Assert.Contains("from IrsaOptions.ConfigureSts (", failure.Message, StringComparison.Ordinal);
        Assert.StartsWith("Correct the application's delegate IrsaOptions.ConfigureSts", failure.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unexpected_exception_shows_no_secret_that_was_sent()
    {
        const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCY0123456789";

        var failure = FailureClassifier.Classify(new InvalidOperationException($"cannot parse {Secret}"), Context with { Secrets = [Secret] });

        Assert.DoesNotContain("K7MDENG", failure.ToException().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_trust_policy_mismatch_shows_the_claims_and_the_statement_that_would_match()
    {
        var refused = new AmazonSecurityTokenServiceException("Not authorized", ErrorType.Sender, "AccessDenied", "request-1", HttpStatusCode.Forbidden);

        var text = FailureClassifier.Classify(refused, Context).ToException().Message;

        foreach (var part in new[] { "IRSA301", "the issuer \"https://oidc.example/id/A\"", "the subject \"system:serviceaccount:shop:orders\"", "\"oidc.example/id/A:sub\": \"system:serviceaccount:shop:orders\"", "arn:aws:iam::111122223333:oidc-provider/oidc.example/id/A", "request-1" })
        {
            Assert.Contains(part, text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("AccessDenied", "User is not authorized to perform: sts:AssumeRole", IrsaErrorCode.ChainedRoleDenied)]
    [InlineData("ValidationError", "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining", IrsaErrorCode.DurationAboveMaximum)]
    public void The_second_role_has_its_own_causes(string code, string sentence, IrsaErrorCode expected)
    {
        var refused = new AmazonSecurityTokenServiceException(sentence, ErrorType.Sender, code, "request-1", HttpStatusCode.BadRequest);

        Assert.Equal(expected, FailureClassifier.Classify(refused, Context with { Operation = "AssumeRole" }).Code);
    }

    [Theory]
    [InlineData("because no session policy allows the sts:AssumeRole action", "session policy")]
    [InlineData("with an explicit deny in a permissions boundary", "permissions boundary")]
    public void Another_policy_in_the_second_hops_way_is_named(string sentence, string policy)
    {
        var refused = new AmazonSecurityTokenServiceException($"User is not authorized to perform: sts:AssumeRole {sentence}", ErrorType.Sender, "AccessDenied", "request-1", HttpStatusCode.Forbidden);

        var failure = FailureClassifier.Classify(refused, Context with { Operation = "AssumeRole" });

        Assert.Equal(IrsaErrorCode.DeniedByOtherPolicy, failure.Code);
        Assert.StartsWith($"Ask the owner of the {policy} to allow sts:AssumeRole", failure.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AccessDenied", "Not authorized", "aws iam get-role --role-name app > role.json")]
    [InlineData("InvalidIdentityToken", "Incorrect token audience", "--open-id-connect-provider-arn arn:aws:iam::111122223333:oidc-provider/oidc.example/id/A --client-id sts.amazonaws.com.")]
    [InlineData("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration", "aws iam update-role --role-name app --max-session-duration SECONDS")]
    public void Commands_of_a_remedy_hold_the_values_that_are_known(string code, string sentence, string command)
    {
        var refused = new AmazonSecurityTokenServiceException(sentence, ErrorType.Sender, code, "request-1", HttpStatusCode.BadRequest);

        Assert.Contains(command, FailureClassifier.Classify(refused, Context with { RoleArn = "arn:aws:iam::111122223333:role/path/app" }).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_token_claims_is_put_into_no_command_that_it_could_change()
    {
        var refused = new AmazonSecurityTokenServiceException("Incorrect token audience", ErrorType.Sender, "InvalidIdentityToken", "request-1", HttpStatusCode.BadRequest);
        var token = Context.Token! with { Issuer = "https://oidc.example/$(id)", Audience = ["x; id"] };

        Assert.EndsWith("--open-id-connect-provider-arn PROVIDER_ARN --client-id AUDIENCE.", FailureClassifier.Classify(refused, Context with { Token = token }).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void The_password_of_a_proxy_is_in_no_exception()
    {
        var inner = new IOException("The proxy tunnel request to proxy 'http://alice:S3cretPw@127.0.0.1:3128/' failed with status code '407'.");

        var text = FailureClassifier.Classify(new HttpRequestException(HttpRequestError.ConnectionError, "x", inner), Context).ToException().ToString();

        Assert.DoesNotContain("S3cretPw", text, StringComparison.Ordinal);
        Assert.DoesNotContain("S3cretPw", UnexpectedFailure.From(inner, []).ToException().ToString(), StringComparison.Ordinal);
    }

    private static Exception Thrown(Action action) => Assert.ThrowsAny<Exception>(action);

    [Fact]
    public void Every_id_is_unique_and_in_its_block()
    {
        var codes = Enum.GetValues<IrsaErrorCode>();

        Assert.Equal(codes.Length, codes.Distinct().Count());
        Assert.All(codes, static code => Assert.InRange((int)code / 100, 0, 7));
    }
}
