using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Irsa.Credentials.Testing;

/// <summary>One way in which a service fails. Given to the <see cref="FaultScript"/> of a service.</summary>
public sealed class Fault
{
    private readonly Func<HttpContext, Func<Task>, CancellationToken, Task> _apply;

    private Fault(Func<HttpContext, Func<Task>, CancellationToken, Task> apply) => _apply = apply;

    /// <summary>Gets a value indicating whether it changes what only STS answers.</summary>
    internal bool IsOfSts { get; private init; }

    /// <summary>Gets a value indicating whether it leaves the ordinary answer to come after it.</summary>
    private bool GoesOn { get; init; }

    /// <summary>STS's throttling: HTTP 400, code <c>Throttling</c>, "Rate exceeded".</summary>
    public static Fault Throttle() => Error(400, "Throttling", "Rate exceeded");

    /// <summary>S3's throttling: HTTP 503, code <c>SlowDown</c>.</summary>
    public static Fault SlowDown() => Error(503, "SlowDown", "Please reduce your request rate.");

    /// <summary>A throttle by HTTP status, as gateways and S3-compatible servers have it: 429.</summary>
    public static Fault TooManyRequests() => Error(429, "TooManyRequestsException", "Too many requests");

    /// <summary>A server error with an error body.</summary>
    /// <param name="status">500, the default, to 504.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another status.</exception>
    public static Fault ServerError(int status = 500)
    {
        ThrowUnlessWithin(status, 500, 504);
        return Error(
            status,
            status == 503 ? "ServiceUnavailable" : "InternalFailure",
            "The request processing has failed because of an unknown error, exception or failure.");
    }

    /// <summary>Any refusal, in the service's own form.</summary>
    /// <param name="status">The HTTP status, 300 to 599.</param>
    /// <param name="code">The error code.</param>
    /// <param name="sentence">The error message; may be empty.</param>
    /// <exception cref="ArgumentException">A status that is no refusal, or no code.</exception>
    public static Fault Error(int status, string code, string sentence)
    {
        ThrowUnlessWithin(status, 300, 599);
        ArgumentException.ThrowIfNullOrWhiteSpace(code);
        ArgumentNullException.ThrowIfNull(sentence);
        return new((context, _, _) => context.Features.GetRequiredFeature<ErrorFormat>()(context, new StsError(status, code, sentence)));
    }

    /// <summary>Accepts the request and never answers it, until the caller or the server ends.</summary>
    public static Fault Hang() => new(static async (context, _, stopping) =>
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        await new TaskCompletionSource().Task.WaitAsync(ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Break(context);
    });

    /// <summary>Holds the request until the test lets it go, then answers as usual.</summary>
    /// <param name="until">Completed by the test; it opens as well where it fails.</param>
    /// <exception cref="ArgumentNullException">There is no task.</exception>
    public static Fault Gate(Task until)
    {
        ArgumentNullException.ThrowIfNull(until);
        return new(async (context, next, stopping) =>
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            await until.WaitAsync(ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await GoOnAsync(context, next, ended.Token).ConfigureAwait(false);
        })
        {
            GoesOn = true,
        };
    }

    /// <summary>Answers late.</summary>
    /// <param name="delay">How late: 0 to 49 days.</param>
    /// <param name="time">The clock; the default is the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The delay is below 0 or above 49 days.</exception>
    public static Fault Slow(TimeSpan delay, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(delay, LocalAwsOptions.LongestWait);
        return new(async (context, next, stopping) =>
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            await Task.Delay(delay, time ?? TimeProvider.System, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await GoOnAsync(context, next, ended.Token).ConfigureAwait(false);
        })
        {
            GoesOn = true,
        };
    }

    /// <summary>Breaks the connection instead of answering.</summary>
    public static Fault Reset() => new(static (context, _, _) =>
    {
        Break(context);
        return Task.CompletedTask;
    });

    /// <summary>Answers with success and no body.</summary>
    public static Fault Empty() => Body(200, "text/xml", string.Empty);

    /// <summary>Answers with a page, as a proxy or a captive portal does.</summary>
    /// <param name="status">The HTTP status, 200 to 599; the default is 200.</param>
    /// <exception cref="ArgumentOutOfRangeException">A status out of that range.</exception>
    public static Fault Page(int status = 200) => Body(status, "text/html", "<!DOCTYPE html><html><body>Sign in to continue</body></html>");

    /// <summary>Answers with any body.</summary>
    /// <param name="status">The HTTP status, 200 to 599.</param>
    /// <param name="contentType">The media type.</param>
    /// <param name="body">The body; may be empty.</param>
    /// <exception cref="ArgumentException">A status out of that range, or no media type.</exception>
    public static Fault Body(int status, string contentType, string body)
    {
        ThrowUnlessWithin(status, 200, 599);
        ArgumentException.ThrowIfNullOrWhiteSpace(contentType);
        ArgumentNullException.ThrowIfNull(body);
        return new(async (context, _, _) =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = contentType;
            await context.Response.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        });
    }

    /// <summary>
    /// Answers as usual, but breaks the connection after the first half of the body; <c>Content-Length</c> promises all of it. An answer
    /// without a body arrives whole.
    /// </summary>
    public static Fault Truncated() => Halved(static (response, length) =>
    {
        response.ContentLength = length;

        // A server that sends less than it promised closes the connection once that is sent, if it does not mean to use it again.
        response.Headers.Connection = "close";
    });

    /// <summary>Answers as usual with a wrong <c>Date</c> header.</summary>
    /// <param name="by">How far off; positive is ahead.</param>
    public static Fault SkewedDate(TimeSpan by) => new((context, next, _) =>
    {
        context.Response.OnStarting(() =>
        {
            var date = DateTimeOffset.Parse(context.Response.Headers.Date.ToString(), CultureInfo.InvariantCulture);
            context.Response.Headers.Date = (date + by).ToString("R", CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
        return next();
    })
    {
        GoesOn = true,
    };

    /// <summary>STS grants credentials that are past their expiration already.</summary>
    public static Fault ExpiredAnswer() => Changed(static changes => changes.LifetimeShift = TimeSpan.FromDays(-1));

    /// <summary>STS grants credentials of another role than the one asked for.</summary>
    /// <param name="roleArn">The other role; it need not exist.</param>
    /// <exception cref="ArgumentException">It is no role's ARN.</exception>
    public static Fault OtherRole(string roleArn)
    {
        ArgumentNullException.ThrowIfNull(roleArn);
        var role = LocalRoleArn.Parse(roleArn);
        return Changed(changes => changes.Role = role);
    }

    /// <summary>STS grants a session of another length than was asked for.</summary>
    /// <param name="lifetime">How long it lives: above 0, up to 12 hours; STS itself grants nothing below 15 minutes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length out of that range; see <see cref="ExpiredAnswer"/> for sessions that have ended.</exception>
    public static Fault ShortSession(TimeSpan lifetime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, TimeSpan.FromHours(12));
        return Changed(changes => changes.Lifetime = lifetime);
    }

    /// <summary>
    /// This fault first, then another where the ordinary answer would be: <c>Fault.Gate(until).Then(Fault.Throttle())</c> refuses, but only
    /// when the test says so.
    /// </summary>
    /// <param name="answer">What is answered in the end.</param>
    /// <exception cref="ArgumentNullException">There is no other fault.</exception>
    /// <exception cref="InvalidOperationException">
    /// This fault never comes to the ordinary answer, as <see cref="Error"/>, <see cref="Body"/>, <see cref="Hang"/> and <see cref="Reset"/>.
    /// </exception>
    public Fault Then(Fault answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return GoesOn
            ? new((context, next, stopping) => ApplyAsync(context, () => answer.ApplyAsync(context, next, stopping), stopping))
            {
                IsOfSts = IsOfSts || answer.IsOfSts,
                GoesOn = answer.GoesOn,
            }
            : throw new InvalidOperationException("The first fault answers or breaks the call itself, so the second would never be seen. Put a fault first that holds or changes the answer, such as Gate or Slow.");
    }

    /// <summary>Half a body in an answer that is otherwise whole.</summary>
    internal static Fault HalvedInWholeAnswer() => Halved(static (response, _) => response.ContentLength = null, isOfSts: true);

    internal Task ApplyAsync(HttpContext context, Func<Task> next, CancellationToken stopping) => _apply(context, next, stopping);

    private static Task GoOnAsync(HttpContext context, Func<Task> next, CancellationToken ended)
    {
        if (!ended.IsCancellationRequested)
        {
            return next();
        }

        // Without this the server would call an empty answer a success.
        Break(context);
        return Task.CompletedTask;
    }

    /// <summary>Ends a call without an answer. S3 records a call when it is over, and this is the last moment before the client knows.</summary>
    private static void Break(HttpContext context)
    {
        context.Features.Get<PendingCall>()?.RecordBroken();
        context.Abort();
    }

    private static Fault Halved(Action<HttpResponse, long> announce, bool isOfSts = false) => new(async (context, next, _) =>
    {
        var response = context.Response.Body;
        using var whole = new MemoryStream();
        context.Response.Body = whole;
        await next().ConfigureAwait(false);
        context.Response.Body = response;
        if (whole.Length > 0)
        {
            announce(context.Response, whole.Length);
            await response.WriteAsync(whole.GetBuffer().AsMemory(0, (int)whole.Length / 2), context.RequestAborted).ConfigureAwait(false);
            await response.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        }
    })
    {
        GoesOn = true,
        IsOfSts = isOfSts,
    };

    private static void ThrowUnlessWithin(int status, int least, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, most);
    }

    private static Fault Changed(Action<ResponseOverrides> change) => new((context, next, _) =>
    {
        var changes = context.Features.Get<ResponseOverrides>() ?? new ResponseOverrides();
        change(changes);
        context.Features.Set(changes);
        return next();
    })
    {
        GoesOn = true,
        IsOfSts = true,
    };
}
