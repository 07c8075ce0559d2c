using Amazon.Runtime;
using Irsa.Credentials.ConcurrencyTests.Scheduling;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.ConcurrencyTests;

/// <summary>One cache, a few actors with a few random actions each, one order of all their steps: a function of the seed.</summary>
internal sealed class Schedule
{
    public const long Margin = 60_000;

    public const double RefreshAtFraction = 0.5;

    /// <summary>When an exchange is abandoned: its budget of 20 s and two more.</summary>
    public const long LongestExchange = 22_000;

    private readonly Random _random;
    private readonly Scheduler _scheduler;
    private readonly World _world;
    private readonly CredentialCache _cache;
    private int _acting;
    private int _poolMinimum = Refresh.ThreadPool.Initial;

    public Schedule(int seed)
    {
        Refresh.Task.Made.Clear();
        Refresh.ThreadPool.SetMinThreads(Refresh.ThreadPool.Initial, 1);
        _random = new Random(seed);
        _scheduler = new Scheduler(seed);
        _world = new World(_random);
        _scheduler.WhenAllWait = _world.Time.AdvanceToNextAlarm;
        _cache = new CredentialCache(
            "role", _world, new RefreshSchedule(RefreshAtFraction, _random.NextDouble), TimeSpan.FromMilliseconds(Margin), TimeSpan.FromSeconds(20), _world, _world.Time)
        {
            DisposalClock = _world.Time,
        };
        _world.Cache = _cache;
    }

    public int Steps => _scheduler.Steps;

    public int Exchanges => _world.Exchanges;

    public string Trace => _scheduler.Trace;

    /// <returns>What was violated; null when nothing was.</returns>
    public string? Run()
    {
        _scheduler.Run(First);
        if (_scheduler.Failure is { } failure)
        {
            return failure;
        }

        var unobserved = Refresh.Task.Made.Select(static task => task.Unobserved).FirstOrDefault(static exception => exception is not null);
        return unobserved is not null ? $"nobody observed {unobserved}"
            : Refresh.ThreadPool.MinThreads != _poolMinimum ? "the pool's minimum is not what it was, or what the application has made it"
            : null;
    }

    private void First()
    {
        if (_random.Next(5) > 1)
        {
            _world.AlwaysSucceeds = true;
            _cache.Get();
            _world.AlwaysSucceeds = false;
        }

        _acting = _random.Next(2, 6);
        for (var actors = _acting; actors > 0; actors--)
        {
            var actions = Enumerable.Range(0, _random.Next(1, 5)).Select(_ => RandomAction()).ToList();
            _scheduler.Spawn("actor", () =>
            {
                actions.ForEach(static action => action());
                _acting--;
            }).IsPoolThread = _random.Next(2) == 0;
        }

        _scheduler.WaitFor(() => _acting == 0, "all actors done");
        if (!_world.IsClosing && _random.Next(2) == 0)
        {
            RecoverWithoutTraffic();
        }

        Close(isAsync: _random.Next(2) == 0);
        _world.IsReleased = true;
    }

    /// <summary>Nobody calls any longer, and what went wrong is over: a changed token is noticed in seconds, and STS being back in half a minute.</summary>
    private void RecoverWithoutTraffic()
    {
        _world.IsReleased = true;
        _world.AlwaysSucceeds = true;
        Pass(LongestExchange + 1000, () => _world.IsIdle);
        var state = _cache.State;
        var now = _world.Time.Milliseconds;
        if (state.Failures is not { } failures || state.Usable(now) is not null)
        {
            return;
        }

        var before = _world.Exchanges;
        if (failures.InputVersion is not null && state.DueAt - now > 5000 && _random.Next(2) == 0)
        {
            _world.ChangeInput();

            // An exchange whose outcome was on its way to the cache has ended the failure as well, or replaced it by one whose input is unknown.
            bool HasReacted() => _world.Exchanges > before || _world.HoldsAlive(_world.Installed);
            Pass(4000, HasReacted);
            Require(HasReacted() || !ReferenceEquals(_cache.Failures, failures), "a changed token is not noticed within 4 s");
        }

        Pass(30_000, () => _world.HoldsAlive(_world.Installed));
        Require(_cache.State.Usable(_world.Time.Milliseconds) is not null, "no credentials 30 s after STS was back");
    }

    /// <summary>Waits while time passes, for something or for the whole time.</summary>
    private void Pass(long milliseconds, Func<bool> isSo)
    {
        var until = _world.Time.Milliseconds + milliseconds;
        _world.Time.After(milliseconds, static () => { });
        _scheduler.WaitFor(() => isSo() || _world.Time.Milliseconds >= until, "time passes");
    }

    private Action RandomAction()
    {
        var amount = _random.Next(70);
        switch (_random.Next(16))
        {
            case 0 or 1:
                return () => Call(() => Ended(AtOnce(() => _cache.GetAsync(CancellationToken.None))));
            case 2:
                return () => Call(() => Ended(AtOnce(() => _cache.GetSnapshotAsync(TimeSpan.Zero, CancellationToken.None).AsTask())).Keys);
            case 3 or 4:
                return () => CallCancelled(amount);
            case 5:
                return () => Call(() => Still(_cache.Get()));
            case 6:
                return () => Call(() => Still(_cache.GetSnapshot(TimeSpan.Zero).Keys));
            case 7:
                return () => Call(() => Ended(_cache.GetSnapshotAsync(TimeSpan.FromMinutes(amount), CancellationToken.None).AsTask()).Keys);
            case 8:
                return () => Call(() => _cache.GetSnapshot(TimeSpan.FromMinutes(amount)).Keys);
            case 9 or 10:
                return Invalidate;
            case 11:
                return () => _world.Time.Advance(amount * 30_000L);
            case 12:
                return amount < 35 ? () => _world.Time.Advance(amount * 100L) : () =>
                {
                    _world.AdvanceToTheEdge(amount % 2 * 400, isExpiry: amount % 3 == 0);
                    Call(() => Ended(AtOnce(() => _cache.GetAsync(CancellationToken.None))));
                    Call(() => Ended(AtOnce(() => _cache.GetAsync(CancellationToken.None))));
                };
            case 13:
                return () => _world.StepWallClock(TimeSpan.FromHours(amount % 2 == 0 ? 2 : -2));
            case 14:
                return amount < 30 ? _world.ChangeInput : amount < 45 ? () => SetPoolMinimum(amount % 2 == 0 ? 1 : 500) : ReadStatus;
            default:
                return amount < 20 ? () => Close(isAsync: amount < 10) : () => _world.Time.AdvanceToNextAlarm();
        }
    }

    private void CallCancelled(int amount)
    {
        using var cancellation = new CancellationTokenSource();
        _scheduler.Spawn("canceller", () =>
        {
            _scheduler.Point("cancel");
            _world.Time.Advance(amount);
            cancellation.Cancel();
        });
        Call(() => Ended(_cache.GetAsync(cancellation.Token)), cancellation.Token);
        _scheduler.WaitFor(() => cancellation.IsCancellationRequested, "cancelled");
    }

    /// <summary>Nobody waits while good credentials are there from the begin of a call until it has returned its task.</summary>
    private Refresh.Task<T> AtOnce<T>(Func<Refresh.Task<T>> get)
    {
        var held = _world.Installed;
        var hasToBe = _world.MustServeAtOnce(held);
        var call = get();
        Require(!hasToBe || call.IsCompleted || !_world.MustServeAtOnce(held), $"a caller has to wait while {held} is good");
        return call;
    }

    private static ImmutableCredentials Ended(Refresh.Task<ImmutableCredentials> call)
    {
        call.Wait();
        return call.Result;
    }

    private static CredentialSnapshot Ended(Refresh.Task<CredentialSnapshot> call)
    {
        call.Wait();
        return call.Result;
    }

    /// <summary>A blocked caller's own last look at the clock has to allow what it is given.</summary>
    private ImmutableCredentials Still(ImmutableCredentials keys)
    {
        Require(_world.WasUsableAt(keys.AccessKey, _scheduler.Running.LastReading), $"served {keys.AccessKey}, which the caller saw was dead");
        return keys;
    }

    /// <summary>One caller: what it may be given depends on what was true at some moment between its begin and its end.</summary>
    private void Call(Func<ImmutableCredentials> get, CancellationToken cancellation = default)
    {
        var begin = _world.Time.Milliseconds;
        var wasClosed = _world.IsClosed;
        var held = _world.Installed;
        var wasAlive = _world.HoldsAlive(held);
        var rejected = _world.Rejected;
        _scheduler.Note("--- call begins");
        try
        {
            var keys = get();
            _scheduler.Note($"--- is served {keys.AccessKey}");
            Require(!wasClosed, "served after disposal");
            Require(_world.WasUsableAt(keys.AccessKey, begin), $"served {keys.AccessKey}, which had expired before the call began");
            Require(keys.AccessKey != held || _world.MayServe(held, begin), $"served {keys.AccessKey} in its margin, and no exchange had failed in it");
            Require(
                !rejected.TryGetValue(keys.AccessKey, out var rejection) || _world.CouldNotBeReplaced(rejection),
                $"served {keys.AccessKey}, which had been rejected before the call began, and nobody had tried to replace it");
            Require(keys.SecretKey == "secret" + keys.AccessKey && keys.Token == "token" + keys.AccessKey, "served a mixed pair");
        }
        catch (IrsaException exception)
        {
            // Rejected or not, they can be served when they cannot be replaced; but a blocked caller may not live to see that.
            var isLeftWaiting = exception.Code == IrsaErrorCode.Timeout && _world.IsNamed(held);
            Require(!(wasAlive && _world.HoldsAlive(held)) || isLeftWaiting, $"failed while {held} was alive");
            Require(!wasClosed, "failed with another exception than disposal's");
        }
        catch (ObjectDisposedException)
        {
            Require(_world.IsClosing, "told of a disposal that did not happen");
        }
        catch (OperationCanceledException)
        {
            Require(cancellation.IsCancellationRequested, "told of a cancellation that nobody asked for");
        }

        var state = _cache.State;
        Require(state.Current is not null || _world.IsClosing || _world.Installed is null, $"{_world.Installed} was dropped");
        Require(!state.IsRejected || _world.IsNamed(state.Current!.Keys.AccessKey), $"{state.Current?.Keys.AccessKey} counts as rejected though nobody rejected it");
    }

    private void Invalidate()
    {
        if (_world.Installed is { } key)
        {
            _world.Name(key);
            var before = _world.Now();
            if (_cache.Invalidate(key))
            {
                _scheduler.Note($"--- {key} invalidated");
                _world.Reject(key, before);
            }
        }
    }

    private void ReadStatus()
    {
        var status = CredentialStatusReader.Read(_cache);
        var holds = status.Expiration is not null;
        Require(
            status.State switch
            {
                CredentialState.Pending => !holds && status.LastError is null,
                CredentialState.Valid => holds && status.LastError is null,
                CredentialState.RefreshFailing => holds && status.LastError is not null,
                CredentialState.Unavailable => holds || status.LastError is not null,
                _ => _world.IsClosing,
            },
            $"the state {status.State} and the rest of the status are of different moments");
    }

    /// <summary>What the application sets has to stay, so it is no number that the library would come to.</summary>
    private void SetPoolMinimum(int workers)
    {
        Refresh.ThreadPool.SetMinThreads(workers, 1);
        _poolMinimum = workers;
        _scheduler.Note($"--- the pool's minimum is set to {workers}");
    }

    private void Close(bool isAsync)
    {
        _world.IsClosing = true;
        if (isAsync)
        {
            var begin = _world.Time.Milliseconds;
            var closing = _cache.DisposeAsync().AsTask();
            _scheduler.WaitFor(() => closing.IsCompleted, "disposing");
            closing.GetAwaiter().GetResult();
            Require(_acting > 0 || _world.Time.Milliseconds - begin <= 2000, $"disposal took {_world.Time.Milliseconds - begin} ms");
        }
        else
        {
            _cache.Dispose();
        }

        _world.IsClosed = true;
        Require(_world.Time.ArmedTimers == 0, "a timer is alive after disposal");
        Require(_world.IsDisposed, "the exchange is alive after disposal");
        Require(_cache.Current is null, "credentials are held after disposal");
    }

    private void Require(bool isSo, string violation)
    {
        if (!isSo)
        {
            _scheduler.Fail(violation);
        }
    }
}
