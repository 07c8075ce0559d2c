using System.Diagnostics;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Telemetry;

/// <summary>One exchange as a span: role, outcome, error id and the number of calls. No text of an answer, so no secret.</summary>
internal readonly struct ExchangeActivity : IDisposable
{
    private readonly Activity? _activity;

    private ExchangeActivity(Activity? activity) => _activity = activity;

    public static ExchangeActivity Start(ExchangeContext context)
    {
        var activity = Instruments.Activities.StartActivity(context.Operation, ActivityKind.Client);
        activity?.SetTag("role", context.RoleArn);
        activity?.SetTag("cloud.region", context.Region);
        return new ExchangeActivity(activity);
    }

    public void Succeeded(int attempts)
    {
        _activity?.SetTag("outcome", "success");
        _activity?.SetTag("attempts", attempts);
    }

    public void Failed(Failure failure, int attempts)
    {
        _activity?.SetTag("outcome", "failure");
        _activity?.SetTag("attempts", attempts);
        _activity?.SetTag("error.type", failure.Id);
        _activity?.SetStatus(ActivityStatusCode.Error, $"{failure.Id}: {IrsaErrorExplanation.For(failure.Code).Title}");
    }

    public void Dispose() => _activity?.Dispose();
}
