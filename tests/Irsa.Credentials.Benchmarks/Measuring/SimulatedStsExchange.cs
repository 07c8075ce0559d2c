using Amazon.Runtime;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Benchmarks.Measuring;

/// <summary>An STS that answers at once, unless it is down; key and token of one answer carry the same number, the token its end too.</summary>
internal sealed class SimulatedStsExchange(TimeProvider time, TimeSpan lifetime, Func<bool> isDown) : IExchange
{
    private readonly MonotonicClock _clock = MonotonicClock.Of(time);
    private int _issued;

    public Task<ExchangeOutcome> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken)
    {
        if (isDown())
        {
            return Task.FromResult(ExchangeOutcome.Failed(new Failure(IrsaErrorCode.StsUnavailable, IsPermanent: false, "STS is down.", "Wait."), inputVersion: null));
        }

        var number = Interlocked.Increment(ref _issued);
        var sentAt = _clock.Milliseconds;
        var result = new ExchangeResult
        {
            Keys = new ImmutableCredentials($"KEY{number}", $"secret{number}", $"TOKEN{number}@{sentAt + (long)lifetime.TotalMilliseconds}"),
            AssumedRoleArn = "arn:aws:sts::111122223333:assumed-role/app/pod",
            Expiration = time.GetUtcNow() + lifetime,
            Lifetime = lifetime,
            SentAt = sentAt,
        };
        return Task.FromResult(ExchangeOutcome.Succeeded(result, inputVersion: null));
    }

    public object? ReadInputVersion() => null;

    public void Dispose()
    {
    }
}
