using Amazon.Runtime;
using Irsa.Credentials.Benchmarks.Measuring;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.Benchmarks.BadDays;

/// <summary>The SDK's provider or this library's, on a LocalAws of its own. This library's has a clock that can be moved; the SDK's only knows the machine's.</summary>
internal sealed class ProviderOnLocalAws : IAsyncDisposable
{
    private AssumeRoleWithWebIdentityCredentials? _stock;
    private WebIdentityTokenCredentials? _ours;
    private CredentialSnapshot? _rotated;

    private ProviderOnLocalAws(LocalAws aws, bool isStock)
    {
        Aws = aws;
        IsStock = isStock;
        Time = new ManualTimeProvider();
    }

    public LocalAws Aws { get; }

    public bool IsStock { get; }

    public ManualTimeProvider Time { get; }

    public static async Task<ProviderOnLocalAws> StartAsync(bool isStock) => new(await LocalAws.StartAsync(), isStock);

    /// <summary>Creates the provider, so that many callers at once find it there.</summary>
    public void Prepare()
    {
        if (IsStock)
        {
            _stock = StockProvider.Create(Aws);
        }
        else
        {
            Ours(realTime: false);
        }
    }

    public AWSCredentials Credentials => IsStock ? _stock ??= StockProvider.Create(Aws) : Ours(realTime: false);

    /// <summary>Makes the provider replace its credentials: the SDK's is told to forget them, this library's is past its refresh time.</summary>
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
            _ = await (IsStock ? (_stock ??= StockProvider.Create(Aws)).GetCredentialsAsync() : Ours(realTime).GetCredentialsAsync(cancellationToken));
            return true;
        }
        catch (Exception exception) when (exception is AmazonClientException or OperationCanceledException or AmazonServiceException or InvalidOperationException)
        {
            return false;
        }
    }

    public async Task TryGetLongAsync(TimeSpan minimumLifetime) =>
        _ = await (IsStock ? (_stock ??= StockProvider.Create(Aws)).GetCredentialsAsync(minimumLifetime) : Ours(realTime: false).GetCredentialsAsync(minimumLifetime));

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
    private sealed class WallTime(ManualTimeProvider moved) : TimeProvider
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
