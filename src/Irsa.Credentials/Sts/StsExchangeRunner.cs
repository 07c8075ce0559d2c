using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Telemetry;

namespace Irsa.Credentials.Sts;

/// <summary>
/// Runs an exchange: read, call, validate and, where callers wait for it, try again. The time limit of the exchange covers all of it, that of
/// an attempt one HTTP call. Whatever goes wrong becomes a classified failure here, once.
/// </summary>
internal sealed class StsExchangeRunner
{
    private readonly IrsaSettings _settings;
    private readonly ExchangeContext _context;
    private readonly TimeProvider _time;
    private readonly RecentSecrets _secrets = new();
    private ExchangeRetries? _retries;

    /// <param name="settings">The time limits and the number of attempts.</param>
    /// <param name="context">The operation, role and endpoint that failures name.</param>
    /// <param name="time">The clock.</param>
    public StsExchangeRunner(IrsaSettings settings, ExchangeContext context, TimeProvider time)
    {
        _settings = settings;
        _context = context;
        _time = time;
    }

    public async Task<ExchangeOutcome> RunAsync(IExchangeSteps steps, ExchangeRequest request, CancellationToken cancellationToken)
    {
        using var activity = ExchangeActivity.Start(_context);
        using var limit = new CancellationTokenSource(_settings.ExchangeTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var run = new Run(steps, request, _settings.MaxAttempts);
        ExchangeOutcome outcome;
        try
        {
            outcome = await AttemptAsync(run, either.Token).ConfigureAwait(false);
            if (run.ShouldRetry(outcome))
            {
                outcome = await RetryAsync(run, outcome, either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException ended) when (!cancellationToken.IsCancellationRequested)
        {
            // The failure before the time limit says more than the time limit itself.
            outcome = run.Failed(run.LastFailure ?? steps.FailureAtTimeLimit ?? FailureClassifier.Classify(ended, ContextOf(run)));
        }

        activity.End(outcome.Failure, run.Attempts);
        return outcome;
    }

    /// <summary>A method of its own, so that Polly is only loaded when it is called.</summary>
    private Task<ExchangeOutcome> RetryAsync(Run run, ExchangeOutcome first, CancellationToken cancellationToken)
    {
        _retries ??= new ExchangeRetries(_settings.MaxAttempts, _time);
        return _retries.RunAsync(first, token => AttemptAsync(run, token), run.ShouldRetry, cancellationToken);
    }

    private async Task<ExchangeOutcome> AttemptAsync(Run run, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await run.Steps.ReadAsync(cancellationToken).ConfigureAwait(false) is { } unreadable)
            {
                return run.Failed(unreadable);
            }

            var outcome = await CallAsync(run, cancellationToken).ConfigureAwait(false);
            if (outcome.Failure is not { } failure || run.Attempts >= _settings.MaxAttempts)
            {
                return outcome;
            }

            if (await run.Steps.RecoverAsync(failure, cancellationToken).ConfigureAwait(false) is { } final)
            {
                return run.Failed(final);
            }
        }
    }

    private async Task<ExchangeOutcome> CallAsync(Run run, CancellationToken cancellationToken)
    {
        run.Attempts++;
        var context = ContextOf(run);
        using var limit = new CancellationTokenSource(_settings.AttemptTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            Task<ExchangeOutcome> call;
            using (run.Request.EnterBlockingCall())
            {
                // The client, its HTTP handler and its proxy may be the application's, and may block.
                call = run.Steps.CallAsync(context, either.Token);
            }

            var outcome = await call.ConfigureAwait(false);
            if (outcome.Result is { } issued)
            {
                _secrets.Remember(issued.Keys, run.Steps.Secrets);
            }

            return outcome.Failure is { } failure ? run.Failed(failure) : outcome;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // A call that is cancelled in the middle of an answer may come back as an answer that ends there.
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception exception)
        {
            return run.Failed(Classify(limit.IsCancellationRequested ? new TimeoutException() : exception, context));
        }
    }

    private static Failure Classify(Exception exception, ExchangeContext context) =>
        exception.Find<HttpRequestException>() is { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded }
            ? StsFailures.InvalidResponse("its body is longer than 1 MB", context)
            : FailureClassifier.Classify(exception, context);

    private ExchangeContext ContextOf(Run run) => _context with { Token = run.Steps.Token, Secrets = _secrets.With(run.Steps.Secrets), Attempts = run.Attempts };

    /// <summary>One exchange: how often it has called STS, and what failed last.</summary>
    private sealed class Run(IExchangeSteps steps, ExchangeRequest request, int maxAttempts)
    {
        public IExchangeSteps Steps => steps;

        public ExchangeRequest Request => request;

        public int Attempts { get; set; }

        public Failure? LastFailure { get; private set; }

        public ExchangeOutcome Failed(Failure failure)
        {
            LastFailure = failure;
            return ExchangeOutcome.Failed(failure, steps.InputVersion);
        }

        /// <summary>Behind the callers the schedule's own next exchange is soon enough. The request may become urgent at any time.</summary>
        public bool ShouldRetry(ExchangeOutcome outcome) => outcome.Failure is { IsPermanent: false } && request.IsUrgent && maxAttempts > 1 && Attempts < maxAttempts;
    }
}
