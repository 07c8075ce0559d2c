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
        var model = new Model();
        foreach (var step in day)
        {
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

        Task AdvanceAsync(int seconds) => AttemptByAttempt.AdvanceAsync(cache, time, observer, TimeSpan.FromSeconds(seconds), (by, hasAttempted) =>
        {
            model.Now += by;
            if (hasAttempted)
            {
                model.Attempt();
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
        private const long Hour = 3_600_000, Margin = 60_000, ForcedInterval = 30_000;
        private int _held, _failures;
        private long _sentAt, _sharedUntil, _lastForced = long.MinValue / 2, _unattainable = long.MaxValue;

        public long Now { get; set; }

        public int Calls { get; private set; }

        public StepKind Outcome { get; set; } = StepKind.StsUp;

        private bool IsUsable => _held > 0 && Now < _sentAt + Hour - Margin;

        public int Get(long minimumLifetime)
        {
            var tooShort = _sentAt + Hour - Now < minimumLifetime && minimumLifetime < _unattainable && Now - _lastForced >= ForcedInterval;
            if (IsUsable && !tooShort)
            {
                return _held;
            }

            if (!IsUsable && _failures > 0 && Now < _sharedUntil)
            {
                return 0;
            }

            _lastForced = IsUsable ? Now : _lastForced;
            Attempt();
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
            Attempt();
            return true;
        }

        public void Attempt()
        {
            Calls++;
            if (Outcome == StepKind.StsUp)
            {
                (_held, _sentAt, _failures) = (Calls, Now - Latency, 0);
                return;
            }

            _failures++;
            _sharedUntil = Now + (Outcome == StepKind.StsRefuses ? 3_000 : Math.Min(10_000, 1_000L << Math.Min(_failures - 1, 10)));
        }
    }
}
