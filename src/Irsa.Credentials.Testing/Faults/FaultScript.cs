using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>What goes wrong at a service, call by call. Thread-safe.</summary>
public sealed class FaultScript
{
    private readonly object _gate = new();
    private readonly Queue<Fault> _next = [];
    private Fault? _always;

    /// <summary>Lets the next calls fail, after those that were said before.</summary>
    /// <param name="fault">How.</param>
    /// <param name="times">How many calls; the default is one.</param>
    public void Next(Fault fault, int times = 1)
    {
        ArgumentNullException.ThrowIfNull(fault);
        lock (_gate)
        {
            for (var i = 0; i < times; i++)
            {
                _next.Enqueue(fault);
            }
        }
    }

    /// <summary>Lets every call fail, once those of <see cref="Next"/> are through, until <see cref="Clear"/>.</summary>
    /// <param name="fault">How.</param>
    public void Always(Fault fault)
    {
        lock (_gate)
        {
            _always = fault;
        }
    }

    /// <summary>Ends all faults; calls that are being held or delayed are not affected.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _next.Clear();
            _always = null;
        }
    }

    internal Task RunAsync(HttpContext context, Func<Task> next, CancellationToken stopping)
    {
        Fault? fault;
        lock (_gate)
        {
            fault = _next.TryDequeue(out var queued) ? queued : _always;
        }

        return fault is null ? next() : fault.ApplyAsync(context, next, stopping);
    }
}
