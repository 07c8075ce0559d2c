using Irsa.Credentials.Refresh;
using Polly;
using Polly.Retry;

namespace Irsa.Credentials.Sts;

/// <summary>
/// Polly's retries of an exchange. Made after the first failure of a process that is worth a retry, because Polly costs a tenth of the start of a
/// small service: a process that never fails never loads it.
/// </summary>
internal sealed class ExchangeRetries
{
    private static readonly ResiliencePropertyKey<Func<ExchangeOutcome, bool>> ShouldRetry = new("should retry");

    private readonly ResiliencePipeline<ExchangeOutcome> _pipeline;

    /// <param name="maxAttempts">With the first, which has failed already.</param>
    /// <param name="time">The clock.</param>
    public ExchangeRetries(int maxAttempts, TimeProvider time) => _pipeline = new ResiliencePipelineBuilder<ExchangeOutcome> { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions<ExchangeOutcome>
        {
            MaxRetryAttempts = maxAttempts - 1,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = TimeSpan.FromMilliseconds(500),
            MaxDelay = TimeSpan.FromSeconds(5),
            ShouldHandle = static arguments => new ValueTask<bool>(
                arguments.Outcome.Result is { } outcome && arguments.Context.Properties.GetValue(ShouldRetry, static _ => false)(outcome)),
        })
        .Build();

    /// <param name="first">How the first attempt ended.</param>
    /// <param name="again">Makes another attempt.</param>
    /// <param name="shouldRetry">Tells whether an attempt that ended so is followed by another.</param>
    /// <param name="cancellationToken">Ends attempts and pauses.</param>
    public async Task<ExchangeOutcome> RunAsync(
        ExchangeOutcome first,
        Func<CancellationToken, Task<ExchangeOutcome>> again,
        Func<ExchangeOutcome, bool> shouldRetry,
        CancellationToken cancellationToken)
    {
        var known = first;
        var execution = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        execution.Properties.Set(ShouldRetry, shouldRetry);
        try
        {
            return await _pipeline.ExecuteAsync(
                async context =>
                {
                    var outcome = known ?? await again(context.CancellationToken).ConfigureAwait(false);
                    known = null;
                    return outcome;
                },
                execution).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(execution);
        }
    }
}
