using Amazon.Runtime;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Tests.Refresh;

/// <summary>An exchange whose every call waits until the test says how it ends.</summary>
internal sealed class ScriptedExchange : IExchange
{
    private readonly MonotonicClock _clock;
    private readonly TimeProvider _time;
    private readonly Queue<Call> _pending = [];
    private readonly List<TaskCompletionSource<Call>> _expected = [];
    private Func<ExchangeOutcome>? _automatic;
    private int _inputReads;

    public ScriptedExchange(TimeProvider time, bool automatic = false)
    {
        _automatic = automatic ? Success : null;
        _time = time;
        _clock = MonotonicClock.Of(time);
    }

    public int Calls { get; private set; }

    public int InFlight { get; private set; }

    public int MostInFlight { get; private set; }

    public bool IsDisposed { get; private set; }

    public object? InputVersion { get; set; }

    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Gets or sets how long ago an answer's request was sent: time stands still while an exchange is under way.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Gets what the newest exchange was made for.</summary>
    public ExchangeRequest? Request { get; private set; }

    public bool IgnoresCancellation { get; set; }

    public Action? OnCall { get; set; }

    public Action? OnInputRead { get; set; }

    public int InputReads => Volatile.Read(ref _inputReads);

    /// <summary>Answers every call at once from now on; null waits for the test again.</summary>
    public void AnswerAll() => _automatic = Success;

    public void FailAll(bool permanent = false) => _automatic = () => ExchangeOutcome.Failed(Failure(permanent), InputVersion);

    public void HoldAll() => _automatic = null;

    public static Failure Failure(bool permanent = false) =>
        new(permanent ? IrsaErrorCode.TrustPolicyMismatch : IrsaErrorCode.StsUnavailable, permanent, "STS said no.", "Do something.");

    public ExchangeResult Issue() => new()
    {
        Keys = new ImmutableCredentials($"KEY{Calls}", $"secret{Calls}", $"token{Calls}"),
        AssumedRoleArn = "arn:aws:sts::111122223333:assumed-role/app/pod",
        Expiration = _time.GetUtcNow() - Latency + Lifetime,
        Lifetime = Lifetime,
        SentAt = _clock.Milliseconds - (long)Latency.TotalMilliseconds,
    };

    /// <summary>The next call that is under way and not yet answered; waits for it to come.</summary>
    public Task<Call> NextCallAsync()
    {
        lock (_pending)
        {
            if (_pending.TryDequeue(out var call))
            {
                return Task.FromResult(call);
            }

            var expected = new TaskCompletionSource<Call>(TaskCreationOptions.RunContinuationsAsynchronously);
            _expected.Add(expected);
            return expected.Task.WaitAsync(TimeSpan.FromMinutes(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public async Task<ExchangeOutcome> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken)
    {
        OnCall?.Invoke();
        Call call;
        lock (_pending)
        {
            Calls++;
            Request = request;
            InFlight++;
            MostInFlight = Math.Max(MostInFlight, InFlight);
            call = new Call(this);
            if (_automatic is null)
            {
                Offer(call);
            }
        }

        try
        {
            return _automatic?.Invoke() ?? await call.Result.Task.WaitAsync(IgnoresCancellation ? CancellationToken.None : cancellationToken);
        }
        finally
        {
            lock (_pending)
            {
                InFlight--;
            }
        }
    }

    public object? ReadInputVersion()
    {
        Interlocked.Increment(ref _inputReads);
        OnInputRead?.Invoke();
        return InputVersion;
    }

    public void Dispose() => IsDisposed = true;

    private ExchangeOutcome Success() => ExchangeOutcome.Succeeded(Issue(), InputVersion);

    private void Offer(Call call)
    {
        if (_expected.Count > 0)
        {
            var expected = _expected[0];
            _expected.RemoveAt(0);
            expected.SetResult(call);
        }
        else
        {
            _pending.Enqueue(call);
        }
    }

    internal sealed class Call(ScriptedExchange exchange)
    {
        public TaskCompletionSource<ExchangeOutcome> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Succeed() => Result.SetResult(exchange.Success());

        public void Fail(bool permanent = false) => Result.SetResult(ExchangeOutcome.Failed(Failure(permanent), exchange.InputVersion));
    }
}
