using FsCheck;
using FsCheck.Fluent;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Tests.Refresh;

/// <summary>Random days of a provider, compared step by step with a reference model that fits on a page.</summary>
public sealed class CredentialCacheModelTests
{
    private const int Days = 5_000;

    [Fact]
    public void The_cache_does_what_the_model_says_on_random_days()
    {
        var step = Gen.OneOf(
            Gen.Choose(1, 1200).Select(static seconds => new Step(StepKind.Advance, seconds)),
            Gen.Choose(1, 5).Select(static seconds => new Step(StepKind.Advance, seconds)),
            Gen.Constant(new Step(StepKind.Get, 0)),
            Gen.Choose(1, 120).Select(static minutes => new Step(StepKind.GetLong, minutes)),
            Gen.Constant(new Step(StepKind.GetLong, 60)),
            Gen.Elements(StepKind.StsUp, StepKind.StsDown, StepKind.StsRefuses).Select(static kind => new Step(kind, 0)),
            Gen.Constant(new Step(StepKind.Invalidate, 0)));
        var days = Gen.ListOf(step).Resize(60).ToArbitrary();

        Prop.ForAll(days, static day => RunAsync([.. day]).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Days));
    }

    private static async Task<bool> RunAsync(IReadOnlyList<Step> day)
    {
        var time = new SteppableTime();
        var sts = new ScriptedExchange(time);
        sts.Latency = TimeSpan.FromMilliseconds(Model.Latency);
        sts.AnswerAll();
        var observer = new RecordingObserver();
        await using var cache = new CredentialCache("role", sts, new RefreshSchedule(0.5, static () => 0.5), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(20), observer, time);
        var model = new Model { Now = cache.Clock.Milliseconds };
        foreach (var step in day)
        {
            if (step.Kind is StepKind.Get or StepKind.GetLong or StepKind.Invalidate)
            {
                // An exchange waits for the end of a second after the last one, and here time stands still while somebody waits for it.
                while (model.UntilNextExchangeMayStart is > 0 and var milliseconds)
                {
                    await AdvanceMillisecondsAsync(milliseconds);
                }
            }

            switch (step.Kind)
            {
                case StepKind.Advance:
                    await AdvanceAsync(step.Value);
                    break;
                case StepKind.StsUp:
                    sts.AnswerAll();
                    model.Outcome = StepKind.StsUp;
                    break;
                case StepKind.StsDown or StepKind.StsRefuses:
                    sts.FailAll(permanent: step.Kind == StepKind.StsRefuses);
                    model.Outcome = step.Kind;
                    break;
                case StepKind.Invalidate:
                    var invalidated = cache.Current is { } held && cache.Invalidate(held.Keys.AccessKey);
                    Assert.Equal(model.Invalidate(), invalidated);
                    if (invalidated)
                    {
                        await observer.NextAsync();
                    }

                    break;
                default:
                    await GetAsync(TimeSpan.FromMinutes(step.Value));
                    break;
            }

            Assert.Equal(model.Calls, sts.Calls);
            Assert.Equal(model.PlannedRefresh, cache.Current?.RefreshAt);
        }

        return true;

        async Task GetAsync(TimeSpan minimumLifetime)
        {
            var before = sts.Calls;
            var expected = model.Get((long)minimumLifetime.TotalMilliseconds);
            var served = 0;
            try
            {
                served = int.Parse((await cache.GetSnapshotAsync(minimumLifetime, CancellationToken.None)).Keys.AccessKey.AsSpan(3), System.Globalization.CultureInfo.InvariantCulture);
            }
            catch (IrsaException)
            {
                // The model says whether this was right.
            }

            if (sts.Calls > before)
            {
                await observer.NextAsync();
            }

            Assert.Equal(expected, served);
        }

        Task AdvanceAsync(int seconds) => AdvanceMillisecondsAsync(seconds * 1000L);

        Task AdvanceMillisecondsAsync(long milliseconds) => ExchangeByExchange.AdvanceAsync(cache, time, observer, TimeSpan.FromMilliseconds(milliseconds), (by, hasExchanged) =>
        {
            model.Now += by;
            if (hasExchanged)
            {
                model.Exchange();
            }
        });
    }

    private enum StepKind
    {
        Advance,
        Get,
        GetLong,
        StsUp,
        StsDown,
        StsRefuses,
        Invalidate,
    }

    private readonly record struct Step(StepKind Kind, int Value);

    /// <summary>What a provider promises, in milliseconds, with all random numbers at one half: the whole of it.</summary>
    private sealed class Model
    {
        public const long Latency = 80;
        private const long Hour = 3_600_000, Margin = 60_000, ForcedInterval = 30_000, Floor = 1_000;
        private const long FirstRefresh = 945_000, RefreshInterval = 1_890_000;
        private int _held, _failures;
        private bool _isMarginUsed;
        private long _sentAt, _sharedUntil, _lastForced = long.MinValue / 2, _lastEnded = long.MinValue / 2, _unattainable = long.MaxValue;

        public long Now { get; set; }

        public int Calls { get; private set; }

        public long? PlannedRefresh { get; private set; }

        public StepKind Outcome { get; set; } = StepKind.StsUp;

        public long UntilNextExchangeMayStart => Math.Max(0, _lastEnded + Floor - Now);

        private bool IsUsable => _held > 0 && Now < _sentAt + Hour;

        private bool IsServable => IsUsable && (_isMarginUsed || Now < _sentAt + Hour - Margin);

        public int Get(long minimumLifetime)
        {
            var tooShort = _sentAt + Hour - Now < minimumLifetime && minimumLifetime < _unattainable && Now - _lastForced >= ForcedInterval;
            if (IsServable && !tooShort)
            {
                return _held;
            }

            if (!IsUsable && _failures > 0 && Now < _sharedUntil)
            {
                return 0;
            }

            _lastForced = IsServable ? Now : _lastForced;
            Exchange();
            if (_failures == 0 && minimumLifetime > Hour - Latency)
            {
                _unattainable = Math.Min(_unattainable, minimumLifetime);
            }

            return IsUsable ? _held : 0;
        }

        public bool Invalidate()
        {
            if (_held == 0 || Now - _lastForced < ForcedInterval)
            {
                return false;
            }

            // A failure gives back what was rejected, so this is the whole difference to another forced exchange.
            _lastForced = Now;
            Exchange();
            return true;
        }

        public void Exchange()
        {
            Calls++;
            _lastEnded = Now;
            if (Outcome == StepKind.StsUp)
            {
                (_held, _sentAt, _failures, _isMarginUsed) = (Calls, Now - Latency, 0, false);
                PlannedRefresh = PlannedRefresh is { } planned ? NextPlaceAfter(planned) : _sentAt + FirstRefresh;
                return;
            }

            _failures++;
            _isMarginUsed = IsUsable && Now >= _sentAt + Hour - Margin;
            _sharedUntil = Now + (Outcome == StepKind.StsRefuses ? 3_000 : Math.Min(10_000, 1_000L << Math.Min(_failures - 1, 10)));
        }

        private long NextPlaceAfter(long planned)
        {
            while (planned > _sentAt)
            {
                planned -= RefreshInterval;
            }

            while (planned <= _sentAt)
            {
                planned += RefreshInterval;
            }

            return planned;
        }
    }
}
