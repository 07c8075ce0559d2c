using System.Collections.Immutable;
using Amazon.Runtime;
using Irsa.Credentials.ConcurrencyTests.Scheduling;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using ExchangeTask = Irsa.Credentials.Refresh.Task<Irsa.Credentials.Refresh.ExchangeOutcome>;

namespace Irsa.Credentials.ConcurrencyTests;

/// <summary>STS, the token file and the log of one schedule: what was issued, installed, rejected and disposed, and whether it was allowed.</summary>
internal sealed class World : IExchange, IRefreshObserver
{
    private static readonly TimeSpan[] Lifetimes =
    [
        TimeSpan.FromHours(1), TimeSpan.FromHours(1), TimeSpan.FromHours(1), TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(65),
        TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(2), TimeSpan.Zero,
    ];

    private readonly Random _random;
    private readonly Dictionary<string, Session> _sessions = [];
    private readonly HashSet<string> _named = [];
    private readonly List<ExchangeRequest> _inFlight = [];
    private readonly List<ExchangeRequest> _made = [];
    private readonly HashSet<int> _failed = [];
    private long _lastEndedAt = long.MinValue / 2;
    private long _lastFailedAt = long.MinValue / 2;
    private object _inputVersion = 0;
    private int _failuresInARow;
    private int _threadsHeld;
    private CredentialSnapshot? _lastPlanned;
    private string? _newest;
    private string? _failedInMargin;
    private bool _hasWallClockStepped;

    public World(Random random)
    {
        _random = random;
        Current = this;
    }

    public static World Current { get; private set; } = null!;

    public ControlledTime Time { get; } = new();

    /// <summary>Gets or sets what is told to be kept by the cache under test.</summary>
    public CredentialCache Cache { get; set; } = null!;

    public int Exchanges { get; private set; }

    public bool IsDisposed { get; private set; }

    public bool IsClosing { get; set; }

    public bool IsClosed { get; set; }

    public bool AlwaysSucceeds { get; set; }

    /// <summary>Gets a value indicating whether something in an exchange has ignored its end, so that exchanges may fail without being made.</summary>
    public bool HasHung { get; private set; }

    public bool IsIdle => _inFlight.Count == 0;

    /// <summary>Gets or sets a value indicating whether everything that hangs returns.</summary>
    public bool IsReleased { get; set; }

    /// <summary>Gets the keys whose invalidation has returned true, and what was true before it.</summary>
    public ImmutableDictionary<string, Rejection> Rejected { get; private set; } = ImmutableDictionary<string, Rejection>.Empty;

    /// <summary>Gets the key that was last told to be in use.</summary>
    public string? Installed { get; private set; }

    private static Scheduler Scheduler => Scheduler.Current;

    public object? ReadInputVersion()
    {
        NoLockHeld("the input's version is read");
        Scheduler.Point("input version");
        if (!IsClosing && Cache.State.Usable(Time.Milliseconds) is not null)
        {
            Scheduler.Fail("the input is watched though credentials are usable");
        }

        switch (AlwaysSucceeds ? 9 : _random.Next(10))
        {
            case 0:
                Hang("the token file");
                break;
            case 1:
                throw new IOException("The token file cannot be read.");
        }

        return _inputVersion;
    }

    public async ExchangeTask ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken)
    {
        NoLockHeld("an exchange begins");
        cancellationToken.ThrowIfCancellationRequested();
        var number = ++Exchanges;
        var inputVersion = _random.Next(4) > 0 ? _inputVersion : null;
        Scheduler.Note($"--- exchange {number} begins");
        if (_inFlight.Exists(static request => !request.IsAbandoned))
        {
            Scheduler.Fail("two exchanges in flight");
        }

        if (_threadsHeld > 0)
        {
            Scheduler.Fail("an exchange begins while an earlier call holds a thread");
        }

        if (Time.Milliseconds - _lastEndedAt < CacheState.ExchangeInterval)
        {
            Scheduler.Fail($"an exchange begins {Time.Milliseconds - _lastEndedAt} ms after the last one ended");
        }

        CheckTimetable();
        CheckUrgency(request);
        _inFlight.Add(request);
        _made.Add(request);
        try
        {
            var end = AlwaysSucceeds ? 0 : _random.Next(10);
            if (end == 9)
            {
                Hang("the start of the exchange");
            }
            else if (end == 8)
            {
                await DeafAsync().ConfigureAwait(false);
            }
            else if (!AlwaysSucceeds && _random.Next(4) > 0)
            {
                await DelayAsync(end == 7 ? 20_000 : _random.Next(1, 3000), cancellationToken).ConfigureAwait(false);
            }

            if (end is 6 or 8 && _random.Next(2) == 0)
            {
                HangInside(request);
            }

            switch (end)
            {
                case < 4 or 8 or 9:
                    var lifetime = AlwaysSucceeds ? TimeSpan.FromHours(1) : Lifetimes[_random.Next(Lifetimes.Length)];
                    return ExchangeOutcome.Succeeded(Issue(number, lifetime, request), inputVersion);
                case 4:
                    throw new InvalidOperationException("a defect");
                default:
                    HasFailed(number, request);
                    return ExchangeOutcome.Failed(NewFailure(isPermanent: end == 5), inputVersion);
            }
        }
        catch
        {
            HasFailed(number, request);
            throw;
        }
        finally
        {
            // One that was abandoned has ended already, when it was. Time may pass while it is asked whether it was.
            var now = Time.Milliseconds;
            _lastEndedAt = request.IsAbandoned ? _lastEndedAt : now;
            _inFlight.Remove(request);
        }
    }

    public void Succeeded(CredentialSnapshot snapshot, TimeSpan took, FailureStreak? ended, bool isFirst)
    {
        NoLockHeld("the observer is told");
        Installed = snapshot.Keys.AccessKey;
        ThrowAtTimes();
    }

    public void Failed(FailureStreak streak, TimeSpan took, CredentialSnapshot? stillServed)
    {
        NoLockHeld("the observer is told");
        if (stillServed is not null && _lastFailedAt >= stillServed.MarginStart)
        {
            _failedInMargin = stillServed.Keys.AccessKey;
        }

        ThrowAtTimes();
    }

    public void Dispose() => IsDisposed = true;

    public void ChangeInput()
    {
        _inputVersion = new object();
        Scheduler.Note("--- the token changed");
    }

    public void StepWallClock(TimeSpan by)
    {
        _hasWallClockStepped = true;
        Time.StepWallClock(by);
        Scheduler.Note($"--- wall clock stepped by {by}");
    }

    /// <summary>Goes to where the key in use has a little life left before its margin, or before its end, or none: the moments on which most depends.</summary>
    public void AdvanceToTheEdge(long left, bool isExpiry)
    {
        var session = Installed is null ? default : _sessions[Installed];
        Time.Advance(Math.Max(1, (isExpiry ? session.ExpiresAt : session.MarginStart) - left - Time.Milliseconds));
    }

    public void Name(string key) => _named.Add(key);

    public Rejection Now() => new(Exchanges, Cache.Failures?.Count ?? 0, Time.Milliseconds);

    public void Reject(string key, Rejection before) => Rejected = Rejected.SetItem(key, before);

    /// <summary>
    /// Tells whether an exchange has failed that began after the rejection, or may have issued what came too late. One that has not even begun
    /// in time counts by its time, and one that is not made at all, because an abandoned one still holds a thread, is known to the cache only.
    /// </summary>
    public bool CouldNotBeReplaced(Rejection rejection) =>
        HasHung
        || (Cache.Failures is { } failures && failures.Count > rejection.Failures && failures.Newest.Equals(NetworkFailures.EarlierCallHangs(Cache.RoleArn)))
        || WasAbandonedAfter(rejection.Exchanges)
        || _failed.Any(number => number > rejection.Exchanges)
        || _sessions.Values.Any(session => session.Exchange > rejection.Exchanges && Time.Milliseconds >= session.MarginStart)
        || Time.Milliseconds - rejection.At >= Schedule.LongestExchange;

    /// <summary>Tells whether the key in use is the newest and has life left.</summary>
    public bool HoldsAlive(string? key) => key is not null && key == _newest && Time.Milliseconds < _sessions[key].ExpiresAt && !IsClosing;

    /// <summary>Tells whether there is no reason to let a caller wait: the key is good, by every clock, and before its margin or useless to replace.</summary>
    public bool MustServeAtOnce(string? key) =>
        HoldsAlive(key)
        && !IsNamed(key)
        && !_hasWallClockStepped
        && !Time.HasPassedBetweenReadings
        && (Time.Milliseconds < _sessions[key!].MarginStart || _failedInMargin == key)
        && Cache.Current?.Keys.AccessKey == key;

    public bool IsNamed(string? key) => key is not null && _named.Contains(key);

    public bool WasUsableAt(string key, long milliseconds) => _sessions.TryGetValue(key, out var session) && milliseconds < session.ExpiresAt;

    /// <summary>
    /// Tells whether a call that began then may be served this key, which was in use: before its margin, after an exchange failed in it, or
    /// after the longest wait. What could not even begin in time, and when a failure was noticed, is known to the cache only.
    /// </summary>
    public bool MayServe(string key, long begin) =>
        begin < _sessions[key].MarginStart
        || _lastFailedAt >= _sessions[key].MarginStart
        || Cache.State.Failures?.SharedUntil > _sessions[key].MarginStart
        || Time.Milliseconds - begin >= Schedule.LongestExchange
        || Cache.State.Current?.Keys.AccessKey != key
        || Cache.State.Failures?.Count > _failuresInARow;

    private static Failure NewFailure(bool isPermanent) =>
        new(isPermanent ? IrsaErrorCode.TrustPolicyMismatch : IrsaErrorCode.StsUnavailable, isPermanent, "No.", "Wait.");

    private static void NoLockHeld(string what)
    {
        if (Scheduler.Running.LocksHeld > 0)
        {
            Scheduler.Fail($"{what} under a lock");
        }
    }

    /// <summary>As a logger may.</summary>
    private void ThrowAtTimes()
    {
        if (_random.Next(8) == 0)
        {
            throw new InvalidOperationException("a logger throws");
        }
    }

    private bool WasAbandonedAfter(int number) => _made.Skip(number).Any(static request => request.IsAbandoned);

    /// <summary>An exchange has to know at each of its failures whether something is alive: while nothing is, it tries again.</summary>
    private void CheckUrgency(ExchangeRequest request)
    {
        var wasAlive = Cache.State.Usable(Time.Milliseconds) is not null;
        var isUrgent = request.IsUrgent;
        var isAlive = Cache.State.Usable(Time.Milliseconds) is not null;
        if (!IsClosing && !request.IsAbandoned && (isUrgent ? wasAlive && isAlive : !wasAlive))
        {
            Scheduler.Fail(isUrgent ? "an exchange is urgent though credentials are usable" : "an exchange is not urgent though nothing is usable");
        }
    }

    /// <summary>Each refresh is planned within an interval, and where an earlier one was planned, at its time plus whole intervals.</summary>
    private void CheckTimetable()
    {
        if (Cache.State.Current is not { } current || current == _lastPlanned)
        {
            return;
        }

        var session = _sessions[current.Keys.AccessKey];
        var (shortest, longest) = (session.Lifetime * Schedule.RefreshAtFraction, session.Lifetime * Schedule.RefreshAtFraction * 1.1);
        var isSoonEnough = current.RefreshAt >= session.IssuedAt - 1 && current.RefreshAt <= session.IssuedAt + longest + 1;
        var distance = Math.Abs(current.RefreshAt - (_lastPlanned?.RefreshAt ?? current.RefreshAt));
        var isInPlace = Math.Ceiling((distance - 2) / longest) <= Math.Floor((distance + 2) / shortest);
        if (!isSoonEnough || !isInPlace)
        {
            Scheduler.Fail($"the refresh of {current.Keys.AccessKey} is planned at {current.RefreshAt}, the one before was at {_lastPlanned?.RefreshAt}");
        }

        _lastPlanned = current;
    }

    private void HasFailed(int number, ExchangeRequest request)
    {
        CheckUrgency(request);

        // One that was abandoned has failed already, when it was.
        var now = Time.Milliseconds;
        _lastFailedAt = request.IsAbandoned ? _lastFailedAt : now;
        _failuresInARow += request.IsAbandoned ? 0 : 1;
        _failed.Add(number);
        Scheduler.Note("--- exchange fails");
    }

    /// <summary>What an abandoned exchange returns is of no use to anybody.</summary>
    private ExchangeResult Issue(int number, TimeSpan lifetime, ExchangeRequest request)
    {
        var key = $"KEY{number}{(request.IsAbandoned ? "-LATE" : string.Empty)}";
        if (!request.IsAbandoned)
        {
            InUse(key, number, (long)lifetime.TotalMilliseconds);
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

    private void InUse(string key, int number, long lifetime)
    {
        if (lifetime > 0)
        {
            _newest = key;
            _failuresInARow = 0;
        }
        else
        {
            _failuresInARow++;
            // Expired on arrival is a failure.
            _lastFailedAt = Time.Milliseconds;
            _failed.Add(number);
        }

        var expiresAt = Time.Milliseconds + lifetime;
        _sessions[key] = new Session(number, lifetime, Time.Milliseconds, expiresAt - Math.Min(Schedule.Margin, (long)(lifetime * 0.2)), expiresAt);
        Scheduler.Note($"--- {key} is issued, margin from {_sessions[key].MarginStart}, expires at {expiresAt}");
    }

    private void HangInside(ExchangeRequest request)
    {
        var wasAbandoned = request.IsAbandoned;
        using (request.EnterBlockingCall())
        {
            if (wasAbandoned)
            {
                Scheduler.Fail("an abandoned exchange begins a call that may block");
            }

            Hang("the middle of the exchange");
        }
    }

    /// <summary>A call that gives its thread back late, or not before the end of the schedule.</summary>
    private void Hang(string where)
    {
        HasHung = true;
        if (++_threadsHeld > 1)
        {
            Scheduler.Fail($"two threads are held, the second in {where}");
        }

        Scheduler.Note($"--- {where} hangs");
        var until = Time.Milliseconds + (_random.Next(2) == 0 ? _random.Next(1, 60_000) : 1L << 40);
        if (until < 1L << 40)
        {
            Time.After(until - Time.Milliseconds, static () => { });
        }

        Scheduler.WaitFor(() => IsReleased || Time.Milliseconds >= until, "hangs");
        _threadsHeld--;
    }

    /// <summary>Something in the exchange that ignores cancellation and holds no thread; at times it does not end at all.</summary>
    private Refresh.Task<bool> DeafAsync()
    {
        HasHung = true;
        return _random.Next(2) == 0 ? new Refresh.Task<bool>() : DelayAsync(_random.Next(1, 60_000), CancellationToken.None);
    }

    private Refresh.Task<bool> DelayAsync(long milliseconds, CancellationToken cancellationToken)
    {
        var passed = new Refresh.TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Time.After(milliseconds, () => passed.TrySetResult(true));
        return passed.Task.WaitAsync(cancellationToken);
    }

    /// <summary>How many exchanges had begun, how many failures in a row the cache knew, and when it was, before a key was rejected.</summary>
    public readonly record struct Rejection(int Exchanges, int Failures, long At);

    private readonly record struct Session(int Exchange, long Lifetime, long IssuedAt, long MarginStart, long ExpiresAt);
}
