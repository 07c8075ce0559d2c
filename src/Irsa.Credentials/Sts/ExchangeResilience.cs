using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Irsa.Credentials.Sts;

/// <summary>What both exchanges have in common: the budget, the retries, the time-out of each call, and the judgement of what goes wrong.</summary>
internal sealed class ExchangeResilience
{
    private readonly ResiliencePipeline<ExchangeResult> _urgent;
    private readonly ResiliencePipeline<ExchangeResult> _unhurried;
    private readonly ResiliencePipeline<ExchangeResult> _call;
    private readonly ExchangeContext _context;

    /// <param name="settings">The budget.</param>
    /// <param name="context">What is asked of whom.</param>
    /// <param name="time">The clock.</param>
    public ExchangeResilience(IrsaSettings settings, ExchangeContext context, TimeProvider time)
    {
        _context = context;
        _unhurried = Limited(settings.ExchangeTimeout, time).Build();
        _call = Limited(settings.AttemptTimeout, time).Build();
        var urgent = Limited(settings.ExchangeTimeout, time);
        if (settings.MaxAttempts > 1)
        {
            urgent.AddRetry(new RetryStrategyOptions<ExchangeResult>
            {
                MaxRetryAttempts = settings.MaxAttempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(500),
                MaxDelay = TimeSpan.FromSeconds(5),
                ShouldHandle = static arguments => new ValueTask<bool>(arguments.Outcome.Exception is IrsaException { IsPermanent: false }),
            });
        }

        _urgent = urgent.Build();
    }

    /// <summary>Runs an exchange within its budget and, where callers wait for it, again for causes that may go away by themselves.</summary>
    /// <exception cref="IrsaException">No credentials.</exception>
    public async Task<ExchangeResult> RunAsync(
        bool isUrgent,
        Func<ExchangeProgress, CancellationToken, Task<ExchangeResult>> attempt,
        CancellationToken cancellationToken)
    {
        var progress = new ExchangeProgress();
        try
        {
            return await (isUrgent ? _urgent : _unhurried).ExecuteAsync(
                static (state, token) => new ValueTask<ExchangeResult>(state.Attempt(state.Progress, token)),
                (Attempt: attempt, Progress: progress),
                cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException budgetSpent)
        {
            // The budget ends the exchange, but what happened within it says more than that it ended.
            throw (progress.LastFailure ?? FailureTable.Classify(budgetSpent, Context(progress))).ToException();
        }
    }

    /// <summary>Makes one call to STS.</summary>
    /// <exception cref="IrsaException">It failed; the failure is classified.</exception>
    public async Task<ExchangeResult> CallAsync(
        ExchangeProgress progress,
        Func<ExchangeContext, CancellationToken, Task<ExchangeResult>> call,
        CancellationToken cancellationToken)
    {
        progress.Attempts++;
        try
        {
            return await _call.ExecuteAsync(
                static (state, token) => new ValueTask<ExchangeResult>(state.Call(state.Context, token)),
                (Call: call, Context: Context(progress)),
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            progress.LastFailure = FailureTable.Classify(exception, Context(progress));
            throw progress.LastFailure.ToException();
        }
    }

    private static ResiliencePipelineBuilder<ExchangeResult> Limited(TimeSpan longest, TimeProvider time) =>
        new ResiliencePipelineBuilder<ExchangeResult> { TimeProvider = time }.AddTimeout(new TimeoutStrategyOptions { Timeout = longest });

    private ExchangeContext Context(ExchangeProgress progress) => _context with { Token = progress.Token, Attempts = progress.Attempts };
}
