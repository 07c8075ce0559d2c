using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Irsa.Credentials.Testing;

/// <summary>One way in which a service fails. Given to a <see cref="FaultScript"/>.</summary>
public sealed class Fault
{
    private readonly Func<HttpContext, Func<Task>, CancellationToken, Task> _apply;

    private Fault(Func<HttpContext, Func<Task>, CancellationToken, Task> apply) => _apply = apply;

    /// <summary>STS's throttling: HTTP 400, code <c>Throttling</c>, "Rate exceeded".</summary>
    public static Fault Throttle() => Error(400, "Throttling", "Rate exceeded");

    /// <summary>S3's throttling: HTTP 503, code <c>SlowDown</c>.</summary>
    public static Fault SlowDown() => Error(503, "SlowDown", "Please reduce your request rate.");

    /// <summary>A throttle by HTTP status, as gateways and S3-compatible servers have it: 429.</summary>
    public static Fault TooManyRequests() => Error(429, "TooManyRequestsException", "Too many requests");

    /// <summary>A server error with an error body.</summary>
    /// <param name="status">500 to 504.</param>
    public static Fault ServerError(int status = 500) => Error(
        status,
        status == 503 ? "ServiceUnavailable" : "InternalFailure",
        "The request processing has failed because of an unknown error, exception or failure.");

    /// <summary>Any refusal, in the service's own form.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="code">The error code.</param>
    /// <param name="sentence">The error message.</param>
    public static Fault Error(int status, string code, string sentence) =>
        new((context, _, _) => context.Features.GetRequiredFeature<ErrorForm>()(context, new StsError(status, code, sentence)));

    /// <summary>Accepts the request and never answers it, until the caller or the server ends.</summary>
    public static Fault Hang() => new(static async (context, _, stopping) =>
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        await new TaskCompletionSource().Task.WaitAsync(ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.Abort();
    });

    /// <summary>Holds the request until the test lets it go, then answers as usual.</summary>
    /// <param name="until">Completed by the test.</param>
    public static Fault Gate(Task until)
    {
        ArgumentNullException.ThrowIfNull(until);
        return new(async (context, next, stopping) =>
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            await until.WaitAsync(ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await GoOnAsync(context, next, ended.Token).ConfigureAwait(false);
        });
    }

    /// <summary>Answers late.</summary>
    /// <param name="delay">How late.</param>
    /// <param name="time">The clock; the default is the system's.</param>
    public static Fault Slow(TimeSpan delay, TimeProvider? time = null) => new(async (context, next, stopping) =>
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        await Task.Delay(delay, time ?? TimeProvider.System, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await GoOnAsync(context, next, ended.Token).ConfigureAwait(false);
    });

    /// <summary>Breaks the connection instead of answering.</summary>
    public static Fault Reset() => new(static (context, _, _) =>
    {
        context.Abort();
        return Task.CompletedTask;
    });

    /// <summary>Answers with success and no body.</summary>
    public static Fault Empty() => Body(200, "text/xml", string.Empty);

    /// <summary>Answers with a page, as a proxy or a captive portal does.</summary>
    /// <param name="status">The HTTP status; the default is 200.</param>
    public static Fault Page(int status = 200) => Body(status, "text/html", "<!DOCTYPE html><html><body>Sign in to continue</body></html>");

    /// <summary>Answers with any body.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="contentType">The media type.</param>
    /// <param name="body">The body.</param>
    public static Fault Body(int status, string contentType, string body) => new(async (context, _, _) =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        await context.Response.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    });

    /// <summary>Answers as usual, but sends only the first half of the body.</summary>
    public static Fault Truncated() => new(static async (context, next, _) =>
    {
        var response = context.Response.Body;
        using var whole = new MemoryStream();
        context.Response.Body = whole;
        await next().ConfigureAwait(false);
        context.Response.Body = response;
        context.Response.ContentLength = null;
        await response.WriteAsync(whole.GetBuffer().AsMemory(0, (int)whole.Length / 2), context.RequestAborted).ConfigureAwait(false);
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
    });

    /// <summary>STS grants credentials that are past their expiration already.</summary>
    public static Fault ExpiredAnswer() => Changed(static changes => changes.LifetimeShift = TimeSpan.FromDays(-1));

    /// <summary>STS grants credentials of another role than the one asked for.</summary>
    /// <param name="roleArn">The other role.</param>
    public static Fault OtherRole(string roleArn) => Changed(changes => changes.RoleArn = roleArn);

    /// <summary>STS grants a shorter session than was asked for.</summary>
    /// <param name="lifetime">How long it lives.</param>
    public static Fault ShortSession(TimeSpan lifetime) => Changed(changes => changes.Lifetime = lifetime);

    /// <summary>
    /// This fault first, then another where the ordinary answer would be: <c>Fault.Gate(until).Then(Fault.Throttle())</c> refuses, but only
    /// when the test says so.
    /// </summary>
    /// <param name="answer">What is answered in the end.</param>
    public Fault Then(Fault answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return new((context, next, stopping) => ApplyAsync(context, () => answer.ApplyAsync(context, next, stopping), stopping));
    }

    internal Task ApplyAsync(HttpContext context, Func<Task> next, CancellationToken stopping) => _apply(context, next, stopping);

    private static Task GoOnAsync(HttpContext context, Func<Task> next, CancellationToken ended)
    {
        if (!ended.IsCancellationRequested)
        {
            return next();
        }

        // Without this the server would call an empty answer a success.
        context.Abort();
        return Task.CompletedTask;
    }

    private static Fault Changed(Action<AnswerChanges> change) => new((context, next, _) =>
    {
        var changes = context.Features.Get<AnswerChanges>() ?? new AnswerChanges();
        change(changes);
        context.Features.Set(changes);
        return next();
    });
}
