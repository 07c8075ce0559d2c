using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Irsa.Credentials.Campaign;

/// <summary>One request to the sample that needs credentials. Times are those of the stopwatch.</summary>
internal sealed record LoadedRequest(TimeSpan Begun, TimeSpan Ended, int? Status, string Said)
{
    public bool IsGood => Status == 200;
}

/// <summary>Requests at a steady pace, whether or not those before have been answered, and what the sample says of its credentials.</summary>
internal sealed class Load : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(400);

    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<LoadedRequest> _requests = [];
    private readonly ConcurrentQueue<(TimeSpan SeenAt, DateTimeOffset Expiration)> _sessions = [];
    private readonly HttpClient _http;
    private readonly Task _running;
    private volatile IdentityState? _state;

    /// <param name="sample">Its address.</param>
    /// <param name="isSequential">Whether all requests go through one connection.</param>
    public Load(Uri sample, bool isSequential)
    {
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = isSequential ? 1 : int.MaxValue };
        _http = new HttpClient(handler) { BaseAddress = sample, Timeout = TimeSpan.FromSeconds(100) };
        _running = Task.WhenAll(RunAsync(), WatchAsync());
    }

    public static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    public IReadOnlyList<LoadedRequest> Requests => [.. _requests];

    /// <summary>Gets the sessions that the sample had, each with the time at which it was first seen.</summary>
    public IReadOnlyList<(TimeSpan SeenAt, DateTimeOffset Expiration)> Sessions => [.. _sessions];

    /// <summary>Gets what the sample said last; null before it has said anything.</summary>
    public IdentityState? State => _state;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        _http.Dispose();
        _end.Dispose();
    }

    private async Task RunAsync()
    {
        var open = new List<Task>();
        using var tick = new PeriodicTimer(Pace);
        while (!_end.IsCancellationRequested)
        {
            open.RemoveAll(static request => request.IsCompleted);
            open.Add(RequestAsync());
            await ((Task)tick.WaitForNextTickAsync(_end.Token).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(open);
    }

    private async Task RequestAsync()
    {
        var begun = Now;
        try
        {
            using var response = await _http.GetAsync("/objects?size=1", _end.Token);
            var body = await response.Content.ReadAsStringAsync(_end.Token);
            _requests.Enqueue(new LoadedRequest(begun, Now, (int)response.StatusCode, body));
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The life is over.
        }
        catch (Exception broken) when (broken is HttpRequestException or OperationCanceledException or IOException)
        {
            _requests.Enqueue(new LoadedRequest(begun, Now, null, broken.Message));
        }
    }

    private async Task WatchAsync()
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        DateTimeOffset? last = null;
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using var identity = JsonDocument.Parse(await _http.GetStringAsync("/whoami", _end.Token));
                var said = identity.RootElement;
                DateTimeOffset? expiration = said.TryGetProperty("expiration", out var text) && text.ValueKind == JsonValueKind.String ? text.GetDateTimeOffset() : null;
                if (expiration != last && expiration is { } session)
                {
                    _sessions.Enqueue((Now, session));
                    last = session;
                }

                _state = new IdentityState(said.GetProperty("state").GetString() == "Valid", said.GetProperty("failuresInARow").GetInt32(), expiration);
            }
            catch (Exception broken) when (broken is HttpRequestException or OperationCanceledException or IOException)
            {
                // The load itself tells.
            }

            await ((Task)tick.WaitForNextTickAsync(_end.Token).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

/// <summary>What the sample says of its credentials.</summary>
internal sealed record IdentityState(bool IsValid, int FailuresInARow, DateTimeOffset? Expiration);
