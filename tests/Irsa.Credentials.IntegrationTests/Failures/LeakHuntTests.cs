using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using System.Net;
using System.Text;
using System.Text.Json;
using Irsa.Credentials.Failures;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Irsa.Credentials.IntegrationTests.Failures;

/// <summary>A hunt that finds nothing is worth something only if it finds what is planted.</summary>
public sealed class LeakHuntTests
{
    // Not the rows' secret: they run at the same time and listen to the same meter.
    private const string Secret = "9fKq/+ZtRw3m/bY7+cXj1HdP/UeN+0oGi5T/2Qx8";

    /// <summary>How a secret leaks, and the channel in which it is found.</summary>
    public static TheoryData<string, string> Channels => new()
    {
        { "log message", "log category" }, { "log state", "log state" }, { "log scope", "log scope" }, { "log exception", "exception" },
        { "log message", "console simple" }, { "log message", "console json" }, { "log message", "console systemd" },
        { "log exception", "console simple" }, { "log exception", "console json" }, { "log exception", "console systemd" },
        { "console scope", "console json" }, { "console scope as text", "console simple" }, { "console scope as text", "console systemd" },
        { "log state", "console json" },
        { "exception", "exception text" }, { "exception", "exception message" }, { "inner exception", "exception message IOException" },
        { "exception data", "exception data" }, { "exception source", "exception member InvalidOperationException.Source" },
        { "exception help", "exception member InvalidOperationException.HelpLink" }, { "aggregate", "exception data" },
        { "metric", "metric" }, { "metric of .NET", "metric" },
        { "activity tag", "activity" }, { "activity status", "activity" }, { "activity event", "activity" }, { "activity of .NET", "activity" }, { "activity baggage", "activity baggage" },
        { "event", "event System.Net.Planted" }, { "diagnostic event", "diagnostic" }, { "diagnostic address", "diagnostic" },
        { "health text", "health planted" }, { "health data", "health planted as JSON" },
        { "status", "status text" }, { "status", "status JSON" }, { "status", "status RoleArn" }, { "status session", "status SessionName" }, { "status error", "status LastError" },
        { "output", "output" },
    };

    public static TheoryData<string, string> Forms => new()
    {
        { "plain", Secret },
        { "cut", Secret[..24] + "…" },
        { "end only", "…" + Secret[^20..] },
        { "URL", "?key=" + Uri.EscapeDataString(Secret) },
        { "form", "key=" + WebUtility.UrlEncode(Secret) },
        { "JSON", JsonSerializer.Serialize(new { key = Secret }) },
        { "URL in small letters", "?key=" + Each(static sign => $"%{(int)sign:x2}") },
        { "JSON with slashes", Secret.Replace("/", "\\/", StringComparison.Ordinal) },
        { "XML in decimals", Each(static sign => $"&#{(int)sign};") },
        { "XML in hexadecimals", Each(static sign => $"&#x{(int)sign:X};") },
        { "HTML", WebUtility.HtmlEncode(Secret) },
        { "base64", Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)) },
        { "base64 behind one sign", Convert.ToBase64String(Encoding.UTF8.GetBytes("x" + Secret)) },
        { "base64 behind a word", Convert.ToBase64String(Encoding.UTF8.GetBytes("key=" + Secret + "&more")) },
        { "base64url", Convert.ToBase64String(Encoding.UTF8.GetBytes("ab" + Secret)).Replace('+', '-').Replace('/', '_').TrimEnd('=') },
        { "hexadecimal", Convert.ToHexString(Encoding.UTF8.GetBytes(Secret)) },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_secret_is_found_however_it_is_written(string form, string written)
    {
        using var hunt = new LeakHunt(Secret);

        hunt.Capture(form, $"before {written} behind");

        Assert.NotEmpty(hunt.Leaks());
        Assert.DoesNotContain(hunt.Leaks(), static leak => leak.Contains(Secret[..20], StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void A_secret_is_found_wherever_it_leaks(string leak, string channel)
    {
        using var hunt = new LeakHunt(Secret);
        using var meter = new Meter(IrsaTelemetry.MeterName);
        using var source = new ActivitySource(IrsaTelemetry.ActivitySourceName);
        Assert.Empty(hunt.Leaks());

        Plant(leak, hunt, meter, source);

        Assert.Contains(hunt.Leaks(), found => found.StartsWith(channel, StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_token_says_of_itself_is_no_secret_but_its_signature_is()
    {
        var (head, signature) = ("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL29pZGMuZXhhbXBsZSJ9", "c2lnbmF0dXJlLXRoYXQtaXMtbG9uZy1lbm91Z2gtdG8tYmUtb25l");
        using var hunt = new LeakHunt();
        hunt.AddToken($"{head}.{signature}");

        hunt.Capture("output", "iss https://oidc.example");
        Assert.Empty(hunt.Leaks());

        hunt.Capture("output", signature);
        Assert.NotEmpty(hunt.Leaks());
    }

    private static void Plant(string channel, LeakHunt hunt, Meter meter, ActivitySource source)
    {
        var logger = hunt.CreateLogger("category");
        KeyValuePair<string, object>[] secretState = [new("key", Secret)];
        var secretException = new InvalidOperationException(Secret);
        switch (channel)
        {
            case "log message":
                logger.Log(LogLevel.Information, 1, 0, null, static (_, _) => Secret);
                break;
            case "log state":
                logger.Log(LogLevel.Information, 1, secretState, null, static (_, _) => string.Empty);
                break;
            case "log scope":
                logger.BeginScope(new Dictionary<string, object> { ["key"] = Secret });
                break;
            case "log exception":
                logger.Log(LogLevel.Information, 1, 0, secretException, static (_, _) => string.Empty);
                break;
            case "exception":
                hunt.Capture(new InvalidOperationException(Secret));
                break;
            case "inner exception":
                hunt.Capture(new InvalidOperationException("x", new InvalidOperationException("y", new IOException(Secret))));
                break;
            case "exception data":
                hunt.Capture(new InvalidOperationException("x") { Data = { ["key"] = Secret } });
                break;
            case "aggregate":
                hunt.Capture(new AggregateException(new InvalidOperationException("x"), new InvalidOperationException("y") { Data = { ["key"] = Secret } }));
                break;
            case "exception source":
                hunt.Capture(new InvalidOperationException("x") { Source = Secret });
                break;
            case "exception help":
                hunt.Capture(new InvalidOperationException("x") { HelpLink = Secret });
                break;
            case "status":
                hunt.Capture(new CredentialStatus { State = CredentialState.Pending, RoleArn = Secret });
                break;
            case "status session":
                hunt.Capture(new CredentialStatus { State = CredentialState.Pending, RoleArn = "role", SessionName = Secret });
                break;
            case "status error":
                hunt.Capture(new CredentialStatus { State = CredentialState.Unavailable, RoleArn = "role", LastError = new Failure(IrsaErrorCode.TrustPolicyMismatch, false, Secret, "x").ToException() });
                break;
            case "metric":
                meter.CreateHistogram<double>("planted").Record(1, new KeyValuePair<string, object?>("key", Secret));
                break;
            case "activity tag":
                source.StartActivity("planted")?.SetTag("key", Secret).Dispose();
                break;
            case "activity status":
                source.StartActivity("planted")?.SetStatus(ActivityStatusCode.Error, Secret).Dispose();
                break;
            case "activity baggage":
                source.StartActivity("planted")?.AddBaggage("key", Secret).Dispose();
                break;
            case "diagnostic event":
                using (var net = new DiagnosticListener("System.Net.Planted"))
                {
                    net.Write("planted", new { Secret });
                }

                break;
            case "diagnostic address":
                using (var net = new DiagnosticListener("HttpHandlerDiagnosticListener"))
                using (var request = new HttpRequestMessage(HttpMethod.Get, $"http://host/?key={Uri.EscapeDataString(Secret)}"))
                {
                    net.Write("planted", new { Request = request });
                }

                break;
            case "activity event":
                source.StartActivity("planted")?.AddEvent(new ActivityEvent("planted", tags: new ActivityTagsCollection { ["key"] = Secret })).Dispose();
                break;
            case "health text":
                hunt.Capture(Report(new HealthReportEntry(HealthStatus.Healthy, Secret, TimeSpan.Zero, null, null)));
                break;
            case "health data":
                hunt.Capture(Report(new HealthReportEntry(HealthStatus.Healthy, null, TimeSpan.Zero, null, new Dictionary<string, object> { ["key"] = Secret })));
                break;
            case "activity of .NET":
                using (var net = new ActivitySource("Experimental.System.Net.Http.Planted"))
                {
                    net.StartActivity("planted")?.SetTag("key", Secret).Dispose();
                }

                break;
            case "metric of .NET":
                using (var net = new Meter("System.Net.Planted"))
                {
                    net.CreateCounter<long>("planted").Add(1, new KeyValuePair<string, object?>("key", Secret));
                }

                break;
            case "event":
                using (var events = new EventSource("System.Net.Planted"))
                {
                    events.Write("planted", new { Key = Secret });
                }

                break;
            case "console scope":
                using (logger.BeginScope(secretState))
                {
                    logger.Log(LogLevel.Information, 1, 0, null, static (_, _) => string.Empty);
                }

                break;
            case "console scope as text":
                using (logger.BeginScope(Secret))
                {
                    logger.Log(LogLevel.Information, 1, 0, null, static (_, _) => string.Empty);
                }

                break;
            default:
                hunt.Capture(channel, Secret);
                break;
        }
    }

    private static string Each(Func<char, string> escape) => string.Concat(Secret.Select(sign => char.IsAsciiLetterOrDigit(sign) ? sign.ToString() : escape(sign)));

    private static HealthReport Report(HealthReportEntry entry) => new(new Dictionary<string, HealthReportEntry> { ["planted"] = entry }, TimeSpan.Zero);
}
