using Amazon.Runtime;
using Irsa.Credentials.Benchmarks.Measuring;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.Benchmarks.BadDays;

/// <summary>A provider of the SDK or of this library, on a LocalAws of its own. This library's has a clock that can be moved; the SDK's only know the machine's.</summary>
internal sealed class ProviderOnLocalAws : IAsyncDisposable
{
    private readonly MeasuredProvider _provider;
    private readonly string _otherRole;
    private RefreshingAWSCredentials? _stock;
    private WebIdentityTokenCredentials? _ours;
    private CredentialSnapshot? _rotated;
    private bool _hasToken = true;
    private int _asked;
    private int _forgottenCalls;
    private int _forgottenAsked;

    private ProviderOnLocalAws(LocalAws aws, MeasuredProvider provider)
    {
        Aws = aws;
        _provider = provider;
        _otherRole = aws.RoleArn + "-of-another-deployment";
        Time = new ManualTimeProvider();

        // As long as a session of STS, so that the rows can be compared.
        aws.PodIdentity.SessionDuration = TimeSpan.FromHours(1);
    }

    public LocalAws Aws { get; }

    public bool IsStock => _provider is MeasuredProvider.StockWebIdentity or MeasuredProvider.StockPodIdentity;

    public ManualTimeProvider Time { get; }

    /// <summary>Gets the faults of who issues the sessions: STS or the agent.</summary>
    public FaultScript Faults => IsPodIdentity ? Aws.PodIdentity.Faults : Aws.Sts.Faults;

    /// <summary>Gets how often that one was called since <see cref="ForgetCalls"/>.</summary>
    public int Calls => AllCalls - _forgottenCalls;

    /// <summary>Gets the same in words, with the calls of the application's own source.</summary>
    public string CallsInWords =>
        _provider == MeasuredProvider.TokenSource ? $"{Calls} STS calls, {Volatile.Read(ref _asked) - _forgottenAsked} tokens" : $"{Calls} {(IsPodIdentity ? "agent" : "STS")} calls";

    private bool IsPodIdentity => _provider is MeasuredProvider.StockPodIdentity or MeasuredProvider.PodIdentity;

    private int AllCalls => IsPodIdentity ? Aws.PodIdentity.Calls : Aws.Sts.Calls.Count;

    public static async Task<ProviderOnLocalAws> StartAsync(MeasuredProvider provider) => new(await LocalAws.StartAsync(), provider);

    /// <summary>Another one of the same kind.</summary>
    public Task<ProviderOnLocalAws> StartAnotherAsync() => StartAsync(_provider);

    /// <summary>Creates the provider, so that many callers at once find it there.</summary>
    public void Prepare()
    {
        if (IsStock)
        {
            Stock();
        }
        else
        {
            Ours(realTime: false);
        }
    }

    public AWSCredentials Credentials => IsStock ? Stock() : Ours(realTime: false);

    public void ForgetCalls() => (_forgottenCalls, _forgottenAsked) = (AllCalls, Volatile.Read(ref _asked));

    /// <summary>The role of the pod is deleted, or its association.</summary>
    public void Refuse()
    {
        Aws.Sts.RemoveRole(Aws.RoleArn);
        Aws.PodIdentity.RoleArn = null;
    }

    /// <summary>The next session lives so long.</summary>
    public void ShortenNextSession(TimeSpan lifetime)
    {
        if (IsPodIdentity)
        {
            Aws.PodIdentity.SessionDuration = lifetime;
        }
        else
        {
            Aws.Sts.Faults.Next(Fault.ShortSession(lifetime));
        }
    }

    /// <summary>The token cannot be read: its file is gone, or the source throws.</summary>
    public void RemoveToken()
    {
        Aws.Tokens.Remove();
        Aws.PodIdentity.Tokens.Remove();
        _hasToken = false;
    }

    /// <summary>Makes the provider replace its credentials: the SDK's is told to forget them, this library's is past its refresh time.</summary>
    public void Rotate()
    {
        if (_stock is not null)
        {
            ChangeRole();
            _stock.ClearCredentials();
        }

        if (_ours?.Cache.Current is { } current && current != _rotated)
        {
            _rotated = current;
            ChangeRole();
            Time.Advance(TimeSpan.FromMinutes(40));
        }
    }

    /// <returns>Whether credentials were served.</returns>
    public async Task<bool> TryGetAsync(bool realTime = false, CancellationToken cancellationToken = default)
    {
        try
        {
            _ = await (IsStock ? Stock().GetCredentialsAsync() : Ours(realTime).GetCredentialsAsync(cancellationToken));
            return true;
        }
        catch (Exception exception) when (exception is AmazonClientException or OperationCanceledException or AmazonServiceException or InvalidOperationException or HttpRequestException)
        {
            return false;
        }
    }

    public async Task TryGetLongAsync(TimeSpan minimumLifetime) =>
        _ = await (IsStock ? Stock().GetCredentialsAsync(minimumLifetime) : Ours(realTime: false).GetCredentialsAsync(minimumLifetime));

    public async ValueTask DisposeAsync()
    {
        _stock?.Dispose();
        await (_ours?.DisposeAsync() ?? ValueTask.CompletedTask);
        await Aws.DisposeAsync();
    }

    /// <summary>The agent keeps a session for hours, but not that of another role.</summary>
    private void ChangeRole()
    {
        if (IsPodIdentity)
        {
            Aws.PodIdentity.RoleArn = Aws.PodIdentity.RoleArn == Aws.RoleArn ? _otherRole : Aws.RoleArn;
        }
    }

    private RefreshingAWSCredentials Stock() => _stock ??= IsPodIdentity ? StockProvider.CreateForPodIdentity(Aws) : StockProvider.Create(Aws);

    private WebIdentityTokenCredentials Ours(bool realTime)
    {
        if (_ours is null)
        {
            var options = new IrsaOptions();
            if (IsPodIdentity)
            {
                Aws.ConfigurePodIdentity(options);
            }
            else
            {
                Aws.Configure(options);
            }

            if (_provider == MeasuredProvider.TokenSource)
            {
                options.WebIdentityTokenFile = null;
                options.TokenSource = WebIdentityTokenSource.From("issuer", _ =>
                {
                    Interlocked.Increment(ref _asked);
                    return _hasToken ? new ValueTask<string>(Aws.Issuer.IssueToken()) : throw new InvalidOperationException("There is no token.");
                });
            }

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
