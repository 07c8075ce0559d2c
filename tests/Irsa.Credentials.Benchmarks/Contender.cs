using Amazon.Runtime;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.Benchmarks;

/// <summary>One of the two providers on a LocalAws of its own. Ours runs by a clock that can be moved; the stock one only knows the machine's.</summary>
internal sealed class Contender : IAsyncDisposable
{
    private AssumeRoleWithWebIdentityCredentials? _stock;
    private WebIdentityTokenCredentials? _ours;
    private CredentialSnapshot? _rotated;

    private Contender(LocalAws aws, bool isStock)
    {
        Aws = aws;
        IsStock = isStock;
        Time = new ManualTime();
    }

    public LocalAws Aws { get; }

    public bool IsStock { get; }

    public ManualTime Time { get; }

    public static async Task<Contender> StartAsync(bool isStock) => new(await LocalAws.StartAsync(), isStock);

    /// <summary>Makes the provider before many callers come for it at once.</summary>
    public void Prepare()
    {
        if (IsStock)
        {
            _stock = Stock.Create(Aws);
        }
        else
        {
            Ours(realTime: false);
        }
    }

    public AWSCredentials Credentials => IsStock ? _stock ??= Stock.Create(Aws) : Ours(realTime: false);

    /// <summary>Makes the provider replace what it has: the stock one is told to forget it, ours finds itself past its refresh point.</summary>
    public void Rotate()
    {
        _stock?.ClearCredentials();
        if (_ours?.Cache.Current is { } current && current != _rotated)
        {
            _rotated = current;
            Time.Advance(TimeSpan.FromMinutes(40));
        }
    }

    /// <returns>Whether credentials were served.</returns>
    public async Task<bool> TryGetAsync(bool realTime = false, CancellationToken cancellationToken = default)
    {
        try
        {
            _ = await (IsStock ? (_stock ??= Stock.Create(Aws)).GetCredentialsAsync() : Ours(realTime).GetCredentialsAsync(cancellationToken));
            return true;
        }
        catch (Exception exception) when (exception is AmazonClientException or OperationCanceledException or AmazonServiceException or InvalidOperationException)
        {
            return false;
        }
    }

    public async Task TryGetLongAsync(TimeSpan minimumLifetime) =>
        _ = await (IsStock ? (_stock ??= Stock.Create(Aws)).GetCredentialsAsync(minimumLifetime) : Ours(realTime: false).GetCredentialsAsync(minimumLifetime));

    public async ValueTask DisposeAsync()
    {
        _stock?.Dispose();
        await (_ours?.DisposeAsync() ?? ValueTask.CompletedTask);
        await Aws.DisposeAsync();
    }

    private WebIdentityTokenCredentials Ours(bool realTime)
    {
        if (_ours is null)
        {
            var options = new IrsaOptions();
            Aws.Configure(options);
            _ours = new WebIdentityTokenCredentials(options, null, realTime ? null : new WallTime(Time));
        }

        return _ours;
    }

    /// <summary>The machine's time, moved ahead by the manual clock: timers within an exchange run as they do in life.</summary>
    private sealed class WallTime(ManualTime moved) : TimeProvider
    {

        public override long TimestampFrequency => moved.TimestampFrequency;

        public override long GetTimestamp() => moved.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(moved.GetTimestamp());

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            dueTime > TimeSpan.FromSeconds(30) || dueTime == Timeout.InfiniteTimeSpan
                ? moved.CreateTimer(callback, state, dueTime, period)
                : System.CreateTimer(callback, state, dueTime, period);
    }
}
