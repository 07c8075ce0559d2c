using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Refresh;

/// <summary>
/// Runs exchanges in the background, each within its time limit. An exchange has a budget and observes its cancellation; the application's
/// code or a file system in it may not. Then it is abandoned, and however long it lasts, the identity has one thread in it at most.
/// </summary>
/// <remarks>The caller starts one thing at a time, an exchange or a reading of the input's version.</remarks>
internal sealed class ExchangeRunner : IDisposable
{
    /// <summary>How long the end of disposal waits for a cancelled exchange.</summary>
    private static readonly TimeSpan DisposalGrace = TimeSpan.FromSeconds(2);

    // A reading that takes longer than this hangs.
    private static readonly TimeSpan LongestReading = TimeSpan.FromSeconds(1);

    private readonly string _roleArn;
    private readonly IExchange _exchange;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _disposal = new();
    private ExchangeRequest? _abandoned;
    private Task<object?>? _reading;

    /// <param name="roleArn">Whose credentials these are.</param>
    /// <param name="exchange">What is run.</param>
    /// <param name="limit">After which an exchange is abandoned.</param>
    /// <param name="time">The clock.</param>
    public ExchangeRunner(string roleArn, IExchange exchange, TimeSpan limit, TimeProvider time)
    {
        _roleArn = roleArn;
        _exchange = exchange;
        _limit = limit;
        _time = time;
    }

    /// <summary>
    /// Gets or sets the clock of <see cref="DisposalGrace"/>: the machine's, because who awaits the end of disposal does not advance another one.
    /// </summary>
    public TimeProvider DisposalClock { get; set; } = TimeProvider.System;

    /// <summary>Waits for the time before an exchange.</summary>
    /// <returns>False when disposal has ended the wait.</returns>
    public async Task<bool> DelayAsync(long milliseconds)
    {
        if (milliseconds > 0)
        {
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), _time, _disposal.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }

        return !_disposal.IsCancellationRequested;
    }

    /// <summary>Never throws and always ends; what an abandoned exchange returns later is not used.</summary>
    public async Task<ExchangeOutcome> RunAsync(ExchangeRequest request)
    {
        if ((_reading is { } reading && !await EndsWithinAsync(reading, LongestReading, _time, _disposal.Token).ConfigureAwait(false))
            || _abandoned is { HoldsThread: true })
        {
            return ExchangeOutcome.Failed(NetworkFailures.EarlierCallHangs(_roleArn), inputVersion: null);
        }

        _abandoned = null;
        var cancellation = new CancellationTokenSource();
        var exchange = Task.Run(() => ExchangeAsync(request, cancellation.Token));
        if (await EndsWithinAsync(exchange, _limit, _time, _disposal.Token).ConfigureAwait(false))
        {
            return await exchange.ConfigureAwait(false);
        }

        // Not on this thread: what is registered for the cancellation runs on the one that cancels, and may block it.
        _ = Task.Run(() => cancellation.Cancel());
        if (_disposal.IsCancellationRequested && await EndsWithinAsync(exchange, DisposalGrace, DisposalClock, CancellationToken.None).ConfigureAwait(false))
        {
            return await exchange.ConfigureAwait(false);
        }

        request.Abandon();
        _abandoned = request;
        return ExchangeOutcome.Failed(NetworkFailures.ExchangeOverdue(_roleArn, _limit), inputVersion: null);
    }

    /// <summary>Starts to read the input's version, unless an earlier call still holds a thread.</summary>
    /// <returns>Null when it was not started. The task never faults; its result is null when the version is unknown.</returns>
    public Task<object?>? ReadInputVersionAsync() =>
        _reading is { IsCompleted: false } || _abandoned is { HoldsThread: true } ? null : _reading = Task.Run(ReadInputVersion);

    /// <summary>Cancels what is running.</summary>
    public void Dispose() => _disposal.Cancel();

    private async Task<ExchangeOutcome> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken)
    {
        try
        {
            Task<ExchangeOutcome> exchange;
            using (request.EnterBlockingCall())
            {
                exchange = _exchange.ExchangeAsync(request, cancellationToken);
            }

            return await exchange.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            return ExchangeOutcome.Failed(UnexpectedFailure.From(exception, []), inputVersion: null);
        }
    }

    private object? ReadInputVersion()
    {
        try
        {
            return _exchange.ReadInputVersion();
        }
        catch (Exception)
        {
            // The next exchange reads the same and returns the failure that explains it.
            return null;
        }
    }

    /// <summary>Tells whether a task that never faults ends before a time limit, or before nobody waits for it any longer.</summary>
    private static async Task<bool> EndsWithinAsync(Task task, TimeSpan limit, TimeProvider time, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var first = await Task.WhenAny(task, Task.Delay(limit, time, over.Token)).ConfigureAwait(false);
        over.Cancel();
        return first == task;
    }
}
