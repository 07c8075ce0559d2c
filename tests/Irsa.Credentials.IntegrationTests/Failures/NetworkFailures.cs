using System.Net.Sockets;
using System.Text;
using static Irsa.Credentials.IrsaErrorCode;

namespace Irsa.Credentials.IntegrationTests.Failures;

/// <summary>What happens on the way, with real names and sockets.</summary>
internal static class NetworkFailures
{
    private const string Endpoint = "AWS_ENDPOINT_URL_STS";
    private const string Password = "S3cret.of-the-way.0123456789";

    public static IReadOnlyList<ProvokedFailure> Rows { get; } =
    [
        Row("name does not resolve", HostNotFound, "does not resolve", "AWS_REGION", static s => s[Endpoint] = "https://sts.invalid/"),
        Row("nothing listens", ConnectionFailed, "refused", "security group", static s => s[Endpoint] = "http://127.0.0.1:1/"),
        Row("nothing listens behind a password", ConnectionFailed, "http://127.0.0.1:1/ could not be reached", "security group", static s => s[Endpoint] = $"http://alice:{Secret(s)}@127.0.0.1:1/"),
        Row("endpoint with a password refuses", RegionDisabled, "http://127.0.0.1:", "Activate STS", static s =>
        {
            s.Aws.Sts.Faults.Always(Testing.StsFault.RegionDisabled());
            s[Endpoint] = s.Aws.Sts.Endpoint.AbsoluteUri.Replace("://", $"://alice:{Secret(s)}@", StringComparison.Ordinal);
        }, isPermanent: true) with { StsCalls = 1 },
        Row("endpoint with a password and no scheme", OptionInvalid, "its value is not shown", "Correct", static s => s[Endpoint] = $"alice:{Secret(s)}@sts.eu-central-1.amazonaws.com", isPermanent: true) with { StsCalls = 0 },
        Row("endpoint with a password that nobody can read", OptionInvalid, "AWS_ENDPOINT_URL_STS", "Correct", static s => s[Endpoint] = $"https://alice:{Secret(s)}/@x@sts.eu-central-1.amazonaws.com", isPermanent: true) with { StsCalls = 0 },
        Row("STS never answers", IrsaErrorCode.Timeout, "in time", "interface endpoint", static s => { s.Aws.Sts.Faults.Always(Testing.Fault.Hang()); Impatient(s); }) with { NeedsCode = true },
        Row("connection that nobody reads", IrsaErrorCode.Timeout, "in time", "interface endpoint", static s => { s.Serve(new StubServer(static (_, ended) => ForEverAsync(ended))); Impatient(s); }) with { NeedsCode = true },
        Row("answer that stops after its head", IrsaErrorCode.Timeout, "in time", "interface endpoint", static s =>
        {
            s.Serve(new StubServer(static async (stream, ended) =>
            {
                await StubServer.ReadRequestAsync(stream, ended);
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<Assume"u8.ToArray(), ended);
                await ForEverAsync(ended);
            }));
            Impatient(s);
        }) with { NeedsCode = true },
        Row("certificate that nobody trusts", TlsFailed, "does not trust", "trust store", static s => s.Serve(Silent("127.0.0.1"), "https"), isPermanent: true),
        Row("certificate for another name", TlsFailed, "another host name", "own region", static s => s.Serve(Silent("sts.us-east-1.amazonaws.com"), "https"), isPermanent: true),
        Row("plain text under https", NotTls, "what answered is not TLS", "scheme", static s => s.Serve(Saying("HTTP/1.1 400 Bad Request\r\n\r\n", first: true), "https")),
        Row("connection closed in the handshake", ConnectionBroken, "broke", "proxy", static s => s.Serve(new StubServer(static (stream, _) => Task.CompletedTask), "https")),
        Row("something that speaks no HTTP", NotAnStsResponse, "does not speak HTTP", "endpoint", static s => s.Serve(Saying("SSH-2.0-OpenSSH_9.2\r\n"))),
        Row("connection closed without an answer", ConnectionBroken, "broke", "proxy", static s => s.Serve(Saying(string.Empty))),
        Row("connection reset", ConnectionBroken, "broke", "proxy", static s => s.Aws.Sts.Faults.Always(Testing.Fault.Reset())) with { StsCalls = 2 },
        Row("connection reset hard", ConnectionBroken, "broke", "proxy", static s => s.Serve(new StubServer(static async (stream, ended) =>
        {
            await StubServer.ReadRequestAsync(stream, ended);
            ((NetworkStream)stream).Socket.LingerState = new LingerOption(true, 0);
        }))),
        Row("answer cut by the connection", ConnectionBroken, "broke", "proxy", static s => s.Serve(Saying("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + StsResponses.Success()))),
        Proxy("tunnel refused with 407", ProxyRefused, "(HTTP 407).", "HTTPS_PROXY", "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n", isPermanent: true),
        Proxy("tunnel refused with 403", ProxyRefused, "(HTTP 403).", "NO_PROXY", "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", isPermanent: true),
        Row("proxy not up", ConnectionFailed, "through the proxy 127.0.0.1:1 of the SDK's configuration): no connection to the proxy could be opened (connection refused", "NO_PROXY", static s => Through(s, "127.0.0.1", 1)) with { NeedsCode = true },
        Row("proxy's name does not resolve", HostNotFound, "through the proxy proxy.invalid:3128 of the SDK's configuration): the name of the proxy does not resolve", "NO_PROXY", static s => Through(s, "proxy.invalid", 3128)) with { NeedsCode = true },
        Row("proxy never answers", IrsaErrorCode.Timeout, ", through the proxy 127.0.0.1:", "NO_PROXY", static s =>
        {
            var proxy = s.Keep(new StubServer(static (_, ended) => ForEverAsync(ended)));
            Impatient(s);
            Through(s, "127.0.0.1", proxy.Port);
        }) with { NeedsCode = true },
        Row("callback of the application throws", UnexpectedError, "unexpected System.InvalidOperationException from IrsaOptions.ConfigureSts", "ConfigureSts", static s => s.Options = static options => options.ConfigureSts = static _ => throw new InvalidOperationException("from the application"), isPermanent: true) with { NeedsCode = true, StsCalls = 0 },
    ];

    private static ProvokedFailure Row(string name, IrsaErrorCode code, string cause, string remedy, Action<FailureScenario> provoke, bool isPermanent = false) =>
        new(name, code, isPermanent, cause, remedy, provoke);

    private static ProvokedFailure Proxy(string name, IrsaErrorCode code, string cause, string remedy, string answer, bool isPermanent) => Row(name, code, cause, remedy, scene =>
    {
        var proxy = scene.Keep(Saying(answer));
        Through(scene, "127.0.0.1", proxy.Port);
    }, isPermanent) with
    { NeedsCode = true };

    private static void Through(FailureScenario scene, string host, int port)
    {
        scene[Endpoint] = "https://sts.eu-central-1.amazonaws.com/";
        var withPassword = $"alice:{Secret(scene)}@{host}";
        scene.Options += options => options.ConfigureSts = sts => { sts.ProxyHost = withPassword; sts.ProxyPort = port; };
    }

    private static string Secret(FailureScenario scene)
    {
        scene.Secrets.Add(Password);
        return Password;
    }

    /// <summary>By the machine's clock: on a slow machine the time may be over before the request has arrived, which is the same failure.</summary>
    private static void Impatient(FailureScenario scene) => scene.Options = static options =>
    {
        options.AttemptTimeout = TimeSpan.FromMilliseconds(400);
        options.ExchangeTimeout = TimeSpan.FromSeconds(10);
    };

    private static StubServer Silent(string certificateFor) => new(static (_, ended) => ForEverAsync(ended), certificateFor);

    private static StubServer Saying(string answer, bool first = false) => new(async (stream, ended) =>
    {
        if (!first)
        {
            await StubServer.ReadRequestAsync(stream, ended);
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), ended);
    });

    private static Task ForEverAsync(CancellationToken ended) => new TaskCompletionSource().Task.WaitAsync(ended);
}
