using System.Diagnostics.Metrics;
using Irsa.Credentials;

namespace S3Microservice.Identity;

/// <summary>The newest exchanges, as the library's own histogram reports them, for people to look at.</summary>
internal sealed class RefreshHistory : IDisposable
{
    private const int Kept = 12;

    private readonly object _gate = new();
    private readonly Queue<Refresh> _newest = new(Kept);
    private readonly MeterListener _listener = new();
    private readonly TimeProvider _time;

    public RefreshHistory(TimeProvider time)
    {
        _time = time;
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == IrsaTelemetry.MeterName && instrument.Name == IrsaTelemetry.RefreshDuration)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) => Add(seconds, tags));
        _listener.Start();
    }

    /// <summary>Gets them, newest first.</summary>
    public IReadOnlyList<Refresh> Newest
    {
        get
        {
            lock (_gate)
            {
                return [.. _newest.Reverse()];
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Add(double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string? errorId = null;
        foreach (var tag in tags)
        {
            errorId = tag.Key == "error.type" ? tag.Value as string : errorId;
        }

        lock (_gate)
        {
            if (_newest.Count == Kept)
            {
                _newest.Dequeue();
            }

            _newest.Enqueue(new Refresh(_time.GetUtcNow(), seconds, errorId));
        }
    }
}

/// <summary>One exchange: when it ended, how long it took, and why it failed.</summary>
internal sealed record Refresh(DateTimeOffset At, double Seconds, string? ErrorId);
