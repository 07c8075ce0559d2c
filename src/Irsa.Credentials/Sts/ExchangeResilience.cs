using Irsa.Credentials.Configuration;
using Irsa.Credentials.Refresh;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Irsa.Credentials.Sts;

/// <summary>The retries and the budget of one exchange, and the time-out of each call in it.</summary>
internal static class ExchangeResilience
{
    /// <summary>Bounds the whole exchange and, where callers wait for it, repeats it for causes that may go away by themselves.</summary>
    public static ResiliencePipeline<ExchangeResult> ForExchange(IrsaSettings settings, bool isUrgent, TimeProvider time)
    {
        var builder = new ResiliencePipelineBuilder<ExchangeResult> { TimeProvider = time };
        builder.AddTimeout(new TimeoutStrategyOptions { Timeout = settings.ExchangeTimeout });
        if (isUrgent && settings.MaxAttempts > 1)
        {
            builder.AddRetry(new RetryStrategyOptions<ExchangeResult>
            {
                MaxRetryAttempts = settings.MaxAttempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(500),
                MaxDelay = TimeSpan.FromSeconds(5),
                ShouldHandle = static arguments => new ValueTask<bool>(arguments.Outcome.Exception is IrsaException { IsPermanent: false }),
            });
        }

        return builder.Build();
    }

    public static ResiliencePipeline ForCall(IrsaSettings settings, TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddTimeout(new TimeoutStrategyOptions { Timeout = settings.AttemptTimeout })
            .Build();
}
