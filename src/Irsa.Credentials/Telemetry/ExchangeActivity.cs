using System.Diagnostics;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Telemetry;

/// <summary>
/// One exchange with all its attempts as a span, by OpenTelemetry's conventions for AWS SDK clients where STS is called. No text of an answer, so
/// no secret.
/// </summary>
internal readonly struct ExchangeActivity : IDisposable
{
    private readonly Activity? _activity;

    private ExchangeActivity(Activity? activity) => _activity = activity;

    public static ExchangeActivity Start(ExchangeContext context)
    {
        if (!Instruments.Activities.HasListeners())
        {
            return default;
        }

        // At its creation: a sampler decides by them.
        var tags = new ActivityTagsCollection { [Tags.Role] = context.RoleArn };
        if (context.Region.Length > 0)
        {
            tags["cloud.region"] = context.Region;
        }

        if (!context.IsSts)
        {
            return Start("GetContainerCredentials", tags);
        }

        tags["rpc.system"] = "aws-api";
        tags["rpc.service"] = "STS";
        tags["rpc.method"] = context.Operation;
        return Start($"STS.{context.Operation}", tags);
    }

    /// <param name="failure">Null for a success.</param>
    /// <param name="attempts">The HTTP calls that were made.</param>
    public void End(Failure? failure, int attempts)
    {
        if (_activity is null)
        {
            return;
        }

        _activity.SetTag(Tags.Attempts, attempts);
        if (failure is not null)
        {
            _activity.SetTag(Tags.ErrorType, failure.Id);
            _activity.SetTag("aws.request_id", failure.Sts?.RequestId);
            _activity.SetStatus(ActivityStatusCode.Error, $"{failure.Id}: {IrsaErrorExplanation.For(failure.Code).Title}");
        }
    }

    public void Dispose() => _activity?.Dispose();

    private static ExchangeActivity Start(string name, ActivityTagsCollection tags) =>
        new(Instruments.Activities.StartActivity(name, ActivityKind.Client, parentContext: default, tags));
}
