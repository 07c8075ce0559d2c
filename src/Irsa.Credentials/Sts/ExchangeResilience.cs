using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Telemetry;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Irsa.Credentials.Sts;

/// <summary>What both exchanges have in common: the budget, the retries, the time-out of each call, and the judgement of what goes wrong.</summary>
internal sealed class ExchangeResilience
{
    private static readonly ResiliencePropertyKey<ExchangeRequest> Request = new("request");

    private readonly ResiliencePipeline<ExchangeResult> _exchange;
    private readonly ResiliencePipeline<ExchangeResult> _call;
    private readonly ExchangeContext _context;

    /// <param name="settings">The budget.</param>
    /// <param name="context">What is asked of whom.</param>
    /// <param name="time">The clock.</param>
    public ExchangeResilience(IrsaSettings settings, ExchangeContext context, TimeProvider time)
    {
        _context = context;
        _call = Limited(settings.AttemptTimeout, time).Build();
        var exchange = Limited(settings.ExchangeTimeout, time);
        if (settings.MaxAttempts > 1)
        {
            exchange.AddRetry(new RetryStrategyOptions<ExchangeResult>
            {
                MaxRetryAttempts = settings.MaxAttempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(500),
                MaxDelay = TimeSpan.FromSeconds(5),
                ShouldHandle = static arguments => new ValueTask<bool>(
                    arguments.Outcome.Exception is IrsaException { IsPermanent: false }
                    && arguments.Context.Properties.TryGetValue(Request, out var request) && request.IsUrgent),
            });
        }

        _exchange = exchange.Build();
    }

    /// <summary>Runs an exchange within its budget and, where callers wait for it, again for causes that may go away by themselves.</summary>
    /// <param name="request">What it is made for.</param>
    /// <param name="inputVersion">What the exchange reads.</param>
    /// <param name="attempt">Reads, calls and validates.</param>
    /// <param name="cancellationToken">Ends the exchange.</param>
    public async Task<ExchangeOutcome> RunAsync(
        ExchangeRequest request,
        object? inputVersion,
        Func<ExchangeProgress, CancellationToken, Task<ExchangeResult>> attempt,
        CancellationToken cancellationToken)
    {
        using var activity = ExchangeActivity.Start(_context);
        var progress = new ExchangeProgress();
        try
        {
            var result = await RunAsync(request, progress, attempt, cancellationToken).ConfigureAwait(false);
            activity.Succeeded(progress.Attempts);
            return ExchangeOutcome.Succeeded(result, inputVersion);
        }
        catch (IrsaException refused)
        {
            activity.Failed(refused.Failure, progress.Attempts);
            return ExchangeOutcome.Failed(refused.Failure, inputVersion);
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
                static (state, token) => TimedAsync(state.Call, state.Context, token),
                (Call: call, Context: Context(progress)),
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            progress.LastFailure = FailureClassifier.Classify(exception, Context(progress));
            throw progress.LastFailure.ToException();
        }
    }

    private async Task<ExchangeResult> RunAsync(
        ExchangeRequest request,
        ExchangeProgress progress,
        Func<ExchangeProgress, CancellationToken, Task<ExchangeResult>> attempt,
        CancellationToken cancellationToken)
    {
        var execution = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        execution.Properties.Set(Request, request);
        try
        {
            return await _exchange.ExecuteAsync(
                static (context, state) => RememberedAsync(state.Attempt, state.Progress, context.CancellationToken),
                execution,
                (Attempt: attempt, Progress: progress)).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException budgetSpent)
        {
            // The budget ends the exchange, but what happened within it says more than that it ended.
            throw (progress.LastFailure ?? FailureClassifier.Classify(budgetSpent, Context(progress))).ToException();
        }
        finally
        {
            ResilienceContextPool.Shared.Return(execution);
        }
    }

    private static async ValueTask<ExchangeResult> RememberedAsync(
        Func<ExchangeProgress, CancellationToken, Task<ExchangeResult>> attempt,
        ExchangeProgress progress,
        CancellationToken cancellationToken)
    {
        try
        {
            return await attempt(progress, cancellationToken).ConfigureAwait(false);
        }
        catch (IrsaException failed)
        {
            progress.LastFailure = failed.Failure;
            throw;
        }
    }

    /// <summary>A time-out in the middle of an answer may reach the SDK as an answer that ends there, and come back as or around that.</summary>
    private static async ValueTask<ExchangeResult> TimedAsync(
        Func<ExchangeContext, CancellationToken, Task<ExchangeResult>> call,
        ExchangeContext context,
        CancellationToken cancellationToken)
    {
        try
        {
            return await call(context, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private static ResiliencePipelineBuilder<ExchangeResult> Limited(TimeSpan longest, TimeProvider time) =>
        new ResiliencePipelineBuilder<ExchangeResult> { TimeProvider = time }.AddTimeout(new TimeoutStrategyOptions { Timeout = longest });

    private ExchangeContext Context(ExchangeProgress progress) => _context with { Token = progress.Token, Attempts = progress.Attempts };
}
