using System.Collections.Concurrent;
using System.Globalization;

namespace Irsa.Credentials.EndToEndTests;

/// <summary>Callers that put an object, read it back and compare, over and over, and remember what was not as it should be.</summary>
internal sealed class Traffic : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<(int? Status, string Said)> _failures = [];
    private readonly Task[] _callers;
    private int _rounds;

    /// <param name="sample">Whom they call.</param>
    /// <param name="folder">Where their objects lie.</param>
    /// <param name="callers">How many there are.</param>
    public Traffic(HttpClient sample, string folder, int callers) => _callers = [.. Enumerable.Range(0, callers).Select(caller => CallAsync(sample, folder, caller))];

    /// <summary>Gets how often an object went there and came back.</summary>
    public int Rounds => Volatile.Read(ref _rounds);

    /// <summary>Gets all that failed; without a status where there was no answer.</summary>
    public IReadOnlyCollection<(int? Status, string Said)> Failures => _failures;

    public void Forget() => _failures.Clear();

    /// <summary>Waits until some more rounds have been made, all of them begun after this call.</summary>
    public async Task MoreAsync(int rounds)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var until = Rounds + _callers.Length + rounds;
        while (Rounds < until)
        {
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_callers);
        _end.Dispose();
    }

    private async Task CallAsync(HttpClient sample, string folder, int caller)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        var path = string.Create(CultureInfo.InvariantCulture, $"/objects/{folder}/{caller}");
        for (var round = 0; !_end.IsCancellationRequested; round++)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{caller}: {round}");
            try
            {
                using var stored = await sample.PutAsync(path, new StringContent(text), _end.Token);
                if (!stored.IsSuccessStatusCode)
                {
                    _failures.Enqueue(((int)stored.StatusCode, await stored.Content.ReadAsStringAsync(_end.Token)));
                    await pause.WaitForNextTickAsync(_end.Token);
                    continue;
                }

                using var read = await sample.GetAsync(path, _end.Token);
                var back = await read.Content.ReadAsStringAsync(_end.Token);
                if (!read.IsSuccessStatusCode || back != text)
                {
                    _failures.Enqueue(((int)read.StatusCode, back));
                    continue;
                }

                Interlocked.Increment(ref _rounds);
                await pause.WaitForNextTickAsync(_end.Token);
            }
            catch (OperationCanceledException) when (_end.IsCancellationRequested)
            {
                return;
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException)
            {
                _failures.Enqueue((null, broken.Message));
            }
        }
    }
}
