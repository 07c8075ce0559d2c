using System.Collections.Immutable;
using Amazon.Runtime;
using Irsa.Credentials.ConcurrencyTests.Scheduling;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using ExchangeTask = Irsa.Credentials.Refresh.Task<Irsa.Credentials.Refresh.ExchangeOutcome>;

namespace Irsa.Credentials.ConcurrencyTests;

/// <summary>STS and the log of one schedule: what was issued, installed, rejected and disposed, and whether it was allowed.</summary>
internal sealed class World : IExchange, IRefreshObserver
{
    private static readonly TimeSpan[] Lifetimes = [TimeSpan.FromHours(1), TimeSpan.FromHours(1), TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(65), TimeSpan.FromSeconds(30)];
    private readonly Random _random;
    private readonly Dictionary<string, long> _usableUntil = [];
    private readonly HashSet<string> _named = [];
    private readonly List<CancellationToken> _inFlight = [];
    private readonly HashSet<int> _failed = [];
    private int _unforcedTooEarly;
    private long _lastFailureEndedAt = long.MinValue / 2;
    private object _inputVersion = 0;
    private string? _newest;

    public World(Random random)
    {
        _random = random;
        Current = this;
    }

    public static World Current { get; private set; } = null!;

    public ControlledTime Time { get; } = new();

    public int Exchanges { get; private set; }

    public bool IsDisposed { get; private set; }

    public bool IsClosing { get; set; }

    public bool IsClosed { get; set; }

    public bool AlwaysSucceeds { get; set; }

    /// <summary>Gets or sets how many events there were that may ask STS again at once: a rejected key, a longer life, another clock, a new token.</summary>
    public int Forced { get; set; }

    /// <summary>Gets the keys whose invalidation has returned true, and what was true before it.</summary>
    public ImmutableDictionary<string, Rejection> Rejected { get; private set; } = ImmutableDictionary<string, Rejection>.Empty;

    /// <summary>Gets the key that was last told to be in use.</summary>
    public string? Installed { get; private set; }

    private static Scheduler Scheduler => Scheduler.Current;

    public object? ReadInputVersion()
    {
        NoLockHeld("the input's version is read");
        Scheduler.Point("input version");
        return _inputVersion;
    }

    public async ExchangeTask ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken)
    {
        NoLockHeld("an exchange begins");
        cancellationToken.ThrowIfCancellationRequested();
        var number = ++Exchanges;
        var inputVersion = _inputVersion;
        Scheduler.Note($"--- exchange {number} begins");
        if (_inFlight.Any(static other => !other.IsCancellationRequested))
        {
            Scheduler.Fail("two exchanges in flight");
        }

        _inFlight.Add(cancellationToken);

        if (Time.Milliseconds - _lastFailureEndedAt < 1000 && ++_unforcedTooEarly > Forced)
        {
            Scheduler.Fail("STS is asked again within a second of its failure");
        }

        try
        {
            var end = AlwaysSucceeds ? 0 : _random.Next(9);
            if (end == 8)
            {
                await DeafAsync().ConfigureAwait(false);
            }
            else if (!AlwaysSucceeds && _random.Next(4) > 0)
            {
                await DelayAsync(end == 7 ? 20_000 : _random.Next(1, 3000), cancellationToken).ConfigureAwait(false);
            }

            switch (end)
            {
                case < 4 or 8:
                    var lifetime = AlwaysSucceeds ? TimeSpan.FromHours(1) : Lifetimes[_random.Next(Lifetimes.Length)];
                    return ExchangeOutcome.Succeeded(Issue(lifetime, cancellationToken), inputVersion);
                case 4:
                    throw new InvalidOperationException("a defect");
                default:
                    HasFailed(number, cancellationToken);
                    return ExchangeOutcome.Failed(NewFailure(isPermanent: end == 5), inputVersion);
            }
        }
        catch
        {
            HasFailed(number, cancellationToken);
            throw;
        }
        finally
        {
            _inFlight.Remove(cancellationToken);
        }
    }

    public void Succeeded(CredentialSnapshot snapshot, TimeSpan took, FailureStreak? ended, bool isFirst)
    {
        NoLockHeld("the observer is told");
        Installed = snapshot.Keys.AccessKey;
    }

    public void Failed(FailureStreak streak, TimeSpan took, CredentialSnapshot? stillServed) => NoLockHeld("the observer is told");

    public void Dispose() => IsDisposed = true;

    public void ChangeInput()
    {
        Forced++;
        _inputVersion = new object();
        Scheduler.Note("--- the token changed");
    }

    public void StepWallClock(TimeSpan by)
    {
        Forced++;
        Time.StepWallClock(by);
        Scheduler.Note($"--- wall clock stepped by {by}");
    }

    /// <summary>Goes to where the key in use has a little life left, or none: the moment on which most depends.</summary>
    public void AdvanceToTheEdge(long left)
    {
        var until = Installed is null ? 0 : _usableUntil[Installed];
        Time.Advance(Math.Max(1, until - left - Time.Milliseconds));
    }

    public void Name(string key)
    {
        Forced++;
        _named.Add(key);
    }

    public Rejection Now() => new(Exchanges, Time.Milliseconds);

    public void Reject(string key, Rejection before) => Rejected = Rejected.SetItem(key, before);

    /// <summary>Tells whether an exchange has failed that began after the rejection. One that has not even begun in time counts by its time.</summary>
    public bool CouldNotBeReplaced(Rejection rejection) =>
        _failed.Any(number => number > rejection.Exchanges) || Time.Milliseconds - rejection.At >= Schedule.LongestExchange;

    /// <summary>Tells whether the key in use is the newest and has life left.</summary>
    public bool HoldsAlive(string? key) => key is not null && key == _newest && Time.Milliseconds < _usableUntil[key] && !IsClosing;

    public bool IsNamed(string? key) => key is not null && _named.Contains(key);

    public bool WasUsableAt(string key, long milliseconds) => _usableUntil.TryGetValue(key, out var until) && milliseconds < until;

    private static Failure NewFailure(bool isPermanent) =>
        new(isPermanent ? IrsaErrorCode.TrustPolicyMismatch : IrsaErrorCode.StsUnavailable, isPermanent, "No.", "Wait.");

    private static void NoLockHeld(string what)
    {
        if (Scheduler.Running.LocksHeld > 0)
        {
            Scheduler.Fail($"{what} under a lock");
        }
    }

    /// <summary>One that was abandoned has failed already, when it was.</summary>
    private void HasFailed(int number, CancellationToken cancellationToken)
    {
        _lastFailureEndedAt = cancellationToken.IsCancellationRequested ? _lastFailureEndedAt : Time.Milliseconds;
        _failed.Add(number);
        Scheduler.Note("--- exchange fails");
    }

    /// <summary>What an abandoned exchange brings is of no use to anybody.</summary>
    private ExchangeResult Issue(TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var key = $"KEY{Exchanges}{(cancellationToken.IsCancellationRequested ? "-LATE" : string.Empty)}";
        if (!cancellationToken.IsCancellationRequested)
        {
            InUse(key, lifetime);
        }

        return new ExchangeResult
        {
            Keys = new ImmutableCredentials(key, "secret" + key, "token" + key),
            AssumedRoleArn = "arn:aws:sts::111122223333:assumed-role/app/pod",
            Expiration = DateTimeOffset.UnixEpoch + lifetime,
            Lifetime = lifetime,
            SentAt = Time.Milliseconds,
        };
    }

    private void InUse(string key, TimeSpan lifetime)
    {
        if (lifetime.TotalMilliseconds > Schedule.Margin)
        {
            _newest = key;
        }
        else
        {
            // Dead on arrival is a failure.
            _lastFailureEndedAt = Time.Milliseconds;
            _failed.Add(Exchanges);
        }

        _usableUntil[key] = Time.Milliseconds + (long)lifetime.TotalMilliseconds - Schedule.Margin;
        Scheduler.Note($"--- {key} is issued, usable until {_usableUntil[key]}");
    }

    /// <summary>Something in the exchange that heeds no cancellation; at times it does not end at all.</summary>
    private Refresh.Task<bool> DeafAsync() => _random.Next(2) == 0
        ? new Refresh.Task<bool>()
        : DelayAsync(_random.Next(1, 60_000), CancellationToken.None);

    private Refresh.Task<bool> DelayAsync(long milliseconds, CancellationToken cancellationToken)
    {
        var passed = new Refresh.TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Time.After(milliseconds, () => passed.TrySetResult(true));
        return passed.Task.WaitAsync(cancellationToken);
    }

    /// <summary>How many exchanges had begun, and when it was, before a key was rejected.</summary>
    public readonly record struct Rejection(int Exchanges, long At);
}
