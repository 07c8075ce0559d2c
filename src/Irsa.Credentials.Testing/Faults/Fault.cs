using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Irsa.Credentials.Testing;

/// <summary>A way in which a service fails. Pass it to the <see cref="FaultScript"/> of STS or S3.</summary>
public sealed class Fault
{
    private readonly Func<HttpContext, Func<Task>, CancellationToken, Task> _apply;

    private Fault(Func<HttpContext, Func<Task>, CancellationToken, Task> apply) => _apply = apply;

    /// <summary>Gets a value indicating whether the fault changes an element that only STS responses have.</summary>
    internal bool IsStsOnly { get; private init; }

    /// <summary>Gets a value indicating whether the normal response, or another fault, follows this fault.</summary>
    private bool Continues { get; init; }

    /// <summary>Throttling as STS does it: HTTP 400, code <c>Throttling</c>, "Rate exceeded".</summary>
    public static Fault Throttle() => Error(400, "Throttling", "Rate exceeded");

    /// <summary>Throttling as S3 does it: HTTP 503, code <c>SlowDown</c>.</summary>
    public static Fault SlowDown() => Error(503, "SlowDown", "Please reduce your request rate.");

    /// <summary>Throttling as gateways and S3-compatible servers do it: HTTP 429, code <c>TooManyRequestsException</c>.</summary>
    public static Fault TooManyRequests() => Error(429, "TooManyRequestsException", "Too many requests");

    /// <summary>A server error in the error format of the service.</summary>
    /// <param name="status">The HTTP status, 500 to 504; the default is 500.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is out of its range.</exception>
    public static Fault ServerError(int status = 500)
    {
        ThrowIfOutOfRange(status, 500, 504);
        return Error(
            status,
            status == 503 ? "ServiceUnavailable" : "InternalFailure",
            "The request processing has failed because of an unknown error, exception or failure.");
    }

    /// <summary>Any error, in the error format of the service.</summary>
    /// <param name="status">The HTTP status, 300 to 599.</param>
    /// <param name="code">The error code.</param>
    /// <param name="message">The error message; may be empty.</param>
    /// <exception cref="ArgumentException"><paramref name="status"/> is out of its range, or <paramref name="code"/> is empty.</exception>
    public static Fault Error(int status, string code, string message)
    {
        ThrowIfOutOfRange(status, 300, 599);
        ArgumentException.ThrowIfNullOrWhiteSpace(code);
        ArgumentNullException.ThrowIfNull(message);
        return new((context, _, _) => context.Features.GetRequiredFeature<ErrorFormat>()(context, new StsError(status, code, message)));
    }

    /// <summary>Accepts the request and never answers. The call ends when the client disconnects or the server is disposed.</summary>
    public static Fault Hang() => new(static async (context, _, stopping) =>
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        await new TaskCompletionSource().Task.WaitAsync(ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Abort(context);
    });

    /// <summary>Holds the request until a task completes, then answers normally.</summary>
    /// <param name="until">The task, which the test completes. A failed or cancelled task releases the request too.</param>
    /// <exception cref="ArgumentNullException"><paramref name="until"/> is null.</exception>
    public static Fault Gate(Task until)
    {
        ArgumentNullException.ThrowIfNull(until);
        return new(async (context, next, stopping) =>
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            await until.WaitAsync(ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ContinueAsync(context, next, ended.Token).ConfigureAwait(false);
        })
        {
            Continues = true,
        };
    }

    /// <summary>Answers normally after a delay.</summary>
    /// <param name="delay">The delay, 0 to 49 days.</param>
    /// <param name="time">The clock that measures the delay; null is the clock of the system.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is out of its range.</exception>
    public static Fault Slow(TimeSpan delay, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(delay, LocalAwsOptions.LongestDelay);
        return new(async (context, next, stopping) =>
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            await Task.Delay(delay, time ?? TimeProvider.System, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ContinueAsync(context, next, ended.Token).ConfigureAwait(false);
        })
        {
            Continues = true,
        };
    }

    /// <summary>Resets the connection instead of answering.</summary>
    public static Fault Reset() => new(static (context, _, _) =>
    {
        Abort(context);
        return Task.CompletedTask;
    });

    /// <summary>Answers with HTTP 200 and an empty body.</summary>
    public static Fault Empty() => Body(200, "text/xml", string.Empty);

    /// <summary>Answers with an HTML page, as a proxy or a captive portal does.</summary>
    /// <param name="status">The HTTP status, 200 to 599; the default is 200.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is out of its range.</exception>
    public static Fault HtmlPage(int status = 200) => Body(status, "text/html", "<!DOCTYPE html><html><body>Sign in to continue</body></html>");

    /// <summary>Answers with any body.</summary>
    /// <param name="status">The HTTP status, 200 to 599.</param>
    /// <param name="contentType">The media type.</param>
    /// <param name="body">The body; may be empty.</param>
    /// <exception cref="ArgumentException"><paramref name="status"/> is out of its range, or <paramref name="contentType"/> is empty.</exception>
    public static Fault Body(int status, string contentType, string body)
    {
        ThrowIfOutOfRange(status, 200, 599);
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
    /// Answers normally, but closes the connection after the first half of the body. <c>Content-Length</c> announces the whole body. A
    /// response without a body is complete.
    /// </summary>
    public static Fault Truncated() => FirstHalf(static (response, length) =>
    {
        response.ContentLength = length;

        // With "close" the server sends the half body before it closes the connection.
        response.Headers.Connection = "close";
    });

    /// <summary>Answers normally with a wrong <c>Date</c> header.</summary>
    /// <param name="by">The offset; positive is ahead of the clock. A date before year 1 or after 9999 becomes the nearest valid one.</param>
    public static Fault SkewedDate(TimeSpan by) => new((context, next, _) =>
    {
        context.Response.OnStarting(() =>
        {
            var date = DateTimeOffset.Parse(context.Response.Headers.Date.ToString(), CultureInfo.InvariantCulture);
            context.Response.Headers.Date = date.AddClamped(by).ToString("R", CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
        return next();
    })
    {
        Continues = true,
    };

    /// <summary>STS returns credentials that expired a day ago.</summary>
    public static Fault ExpiredCredentials() => Override(static changes => changes.LifetimeShift = TimeSpan.FromDays(-1));

    /// <summary>STS returns credentials of a role that was not requested.</summary>
    /// <param name="roleArn">The ARN of the returned role, which need not exist.</param>
    /// <exception cref="ArgumentException"><paramref name="roleArn"/> is not a valid IAM role ARN.</exception>
    public static Fault OtherRole(string roleArn)
    {
        ArgumentNullException.ThrowIfNull(roleArn);
        var role = LocalRoleArn.Parse(roleArn);
        return Override(changes => changes.Role = role);
    }

    /// <summary>STS returns a session with a lifetime that was not requested.</summary>
    /// <param name="lifetime">The lifetime, above 0 and up to 12 hours. AWS itself grants at least 15 minutes.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="lifetime"/> is out of its range; see <see cref="ExpiredCredentials"/> for expired credentials.
    /// </exception>
    public static Fault ShortSession(TimeSpan lifetime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, TimeSpan.FromHours(12));
        return Override(changes => changes.Lifetime = lifetime);
    }

    /// <summary>
    /// Combines two faults: the second replaces the normal response. <c>Fault.Gate(until).Then(Fault.Throttle())</c> holds the call until
    /// the task completes, then throttles it.
    /// </summary>
    /// <param name="answer">The second fault.</param>
    /// <exception cref="ArgumentNullException"><paramref name="answer"/> is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// This fault answers or ends the call itself, as <see cref="Error"/>, <see cref="Body"/>, <see cref="Hang"/> and <see cref="Reset"/> do.
    /// </exception>
    public Fault Then(Fault answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return Continues
            ? new((context, next, stopping) => ApplyAsync(context, () => answer.ApplyAsync(context, next, stopping), stopping))
            {
                IsStsOnly = IsStsOnly || answer.IsStsOnly,
                Continues = answer.Continues,
            }
            : throw new InvalidOperationException("The first fault answers or ends the call itself, so the second has no effect. Start with a fault that delays or changes the response, such as Gate or Slow.");
    }

    /// <summary>Answers with the first half of the body as if it were the whole body.</summary>
    internal static Fault HalfBody() => FirstHalf(static (response, _) => response.ContentLength = null, isStsOnly: true);

    internal Task ApplyAsync(HttpContext context, Func<Task> next, CancellationToken stopping) => _apply(context, next, stopping);

    private static Task ContinueAsync(HttpContext context, Func<Task> next, CancellationToken ended)
    {
        if (!ended.IsCancellationRequested)
        {
            return next();
        }

        // Otherwise the server would answer with an empty HTTP 200.
        Abort(context);
        return Task.CompletedTask;
    }

    /// <summary>Ends a call without a response. S3 records a call when it ends, and must do so before the client notices.</summary>
    private static void Abort(HttpContext context)
    {
        context.Features.Get<PendingCall>()?.RecordAborted();
        context.Abort();
    }

    private static Fault FirstHalf(Action<HttpResponse, long> announce, bool isStsOnly = false) => new(async (context, next, _) =>
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
        Continues = true,
        IsStsOnly = isStsOnly,
    };

    private static void ThrowIfOutOfRange(int status, int least, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, most);
    }

    private static Fault Override(Action<ResponseOverrides> change) => new((context, next, _) =>
    {
        var changes = context.Features.Get<ResponseOverrides>() ?? new ResponseOverrides();
        change(changes);
        context.Features.Set(changes);
        return next();
    })
    {
        Continues = true,
        IsStsOnly = true,
    };
}
