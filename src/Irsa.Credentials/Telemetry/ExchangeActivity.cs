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

    /// <param name="failure">Null for a success.</param>
    /// <param name="attempts">The HTTP calls that were made.</param>
    public void End(Failure? failure, int attempts)
    {
        if (_activity is null)
        {
            return;
        }

        _activity.SetTag("outcome", failure is null ? "success" : "failure");
        _activity.SetTag("attempts", attempts);
        if (failure is not null)
        {
            _activity.SetTag("error.type", failure.Id);
            _activity.SetStatus(ActivityStatusCode.Error, $"{failure.Id}: {IrsaErrorExplanation.For(failure.Code).Title}");
        }
    }

    public void Dispose() => _activity?.Dispose();
}
