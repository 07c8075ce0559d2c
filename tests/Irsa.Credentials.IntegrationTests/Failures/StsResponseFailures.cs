using System.Net;
using Irsa.Credentials.Testing;
using static Irsa.Credentials.IrsaErrorCode;

namespace Irsa.Credentials.IntegrationTests.Failures;

/// <summary>Answers that are not STS's, not whole, or not for us.</summary>
internal static class StsResponseFailures
{
    public static IReadOnlyList<ProvokedFailure> Rows { get; } =
    [
        Said("credentials of another role", WrongRole, "assumed-role/other/app-0", "AWS_ENDPOINT_URL_STS", Body(StsResponses.Success("arn:aws:sts::111122223333:assumed-role/other/app-0")), isPermanent: true),
        Said("credentials of another account", WrongRole, "999922223333", "AWS_ENDPOINT_URL_STS", Body(StsResponses.Success("arn:aws:sts::999922223333:assumed-role/local-app/app-0")), isPermanent: true),
        Said("expired answer", CredentialsAlreadyExpired, "had expired", "clock", Body(StsResponses.Success(hours: -1))),
        Said("answer cut within the keys", StsResponseInvalid, "ends or breaks", "proxy", Body(Cut(StsResponses.Success(), "SessionToken>IQoJb3"))),
        Said("answer cut before its end", StsResponseInvalid, "ends or breaks", "proxy", Body(Cut(StsResponses.Success(), "</AssumeRoleWithWebIdentityResult>"))),
        Said("empty answer", StsResponseInvalid, "its body is empty", "proxy", Fault.Empty()),
        Said("answer without credentials", NotAnStsResponse, "nothing of an STS response", "proxy", Body("<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult/></AssumeRoleWithWebIdentityResponse>")),
        Said("answer without a secret key", StsResponseInvalid, "credentials in the response are incomplete", "proxy", Body(StsResponses.Success().Replace("SecretAccessKey", "Nothing", StringComparison.Ordinal))),
        Said("answer in another language", NotAnStsResponse, "nothing of an STS response", "proxy", Body("<rss version=\"2.0\"><channel/></rss>")),
        Said("answer in JSON", NotAnStsResponse, "not XML", "endpoint", Fault.Body(200, "application/json", "{\"ok\":true}")),
        Said("captive portal", NotAnStsResponse, "sign-in page", "NO_PROXY", Fault.HtmlPage()),
        Said("page of a firewall", NotAnStsResponse, "HTTP 403", "NO_PROXY", Fault.HtmlPage(403)),
        Said("page not found", NotAnStsResponse, "HTTP 404", "endpoint", Fault.HtmlPage(404)),
        Said("page of a gateway", StsUnavailable, "HTTP 502", "proxy", Fault.HtmlPage(502)),
        Said("page of a mesh without upstream", StsUnavailable, "HTTP 503", "proxy", Fault.Body(503, "text/plain", "no healthy upstream")),
        Said("redirect to a sign-in", NotAnStsResponse, "HTTP 302", "NO_PROXY", Fault.Body(302, "text/html", "<html><body>moved</body></html>")),
        Said("proxy asks for a password", ProxyRefused, "HTTP 407", "NO_PROXY", Fault.HtmlPage(407), isPermanent: true),
        Echo("server repeats the request in its refusal", UnknownStsError, true, "EchoedRefusal", "request ID", static request =>
            StubServer.Http("400 Bad Request", "text/xml", $"<ErrorResponse><Error><Type>Sender</Type><Code>EchoedRefusal</Code><Message>cannot handle {WebUtility.HtmlEncode(Uri.UnescapeDataString(request))}</Message></Error><RequestId>r</RequestId></ErrorResponse>")),
        Echo("server repeats the request in its page", NotAnStsResponse, false, "sign-in page", "NO_PROXY", static request =>
            StubServer.Http("200 OK", "text/html", $"<!DOCTYPE html><html><body>{WebUtility.HtmlEncode(request)}</body></html>")),
        Echo("server repeats the request as text", NotAnStsResponse, false, "HTTP 400", "NO_PROXY", static request => StubServer.Http("400 Bad Request", "text/plain", request)),
        Echo("server repeats the token as element", StsResponseInvalid, false, "ends or breaks", "proxy", static request =>
            StubServer.Http("200 OK", "text/xml", $"<a><{TokenOf(request)}></b></a>")),
    ];

    private static ProvokedFailure Said(string name, IrsaErrorCode code, string cause, string remedy, Fault fault, bool isPermanent = false) =>
        new(name, code, isPermanent, cause, remedy, scene => scene.Aws.Sts.Faults.Always(fault)) { StsCalls = isPermanent ? 1 : 2 };

    private static ProvokedFailure Echo(string name, IrsaErrorCode code, bool isPermanent, string cause, string remedy, Func<string, string> answer) =>
        new(name, code, isPermanent, cause, remedy, scene => scene.Serve(StubServer.Answering(answer)));

    private static Fault Body(string body) => Fault.Body(200, "text/xml", body);

    private static string Cut(string body, string before) => body[..(body.IndexOf(before, StringComparison.Ordinal) + before.Length - 1)];

    private static string TokenOf(string request) => request.Split("WebIdentityToken=")[1].Split('&')[0];
}
