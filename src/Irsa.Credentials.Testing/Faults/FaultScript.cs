using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>What goes wrong at a service, call by call. Thread-safe.</summary>
public sealed class FaultScript
{
    private readonly object _gate = new();
    private readonly Queue<Fault> _next = [];
    private readonly bool _isOfSts;
    private Fault? _always;

    internal FaultScript(bool isOfSts) => _isOfSts = isOfSts;

    /// <summary>Lets the next calls fail, after those that were said before.</summary>
    /// <param name="fault">How.</param>
    /// <param name="times">How many calls, at least 1; the default is 1.</param>
    /// <exception cref="ArgumentException">No fault, less than one call, or a fault of STS at another service.</exception>
    public void Next(Fault fault, int times = 1)
    {
        Judge(fault);
        ArgumentOutOfRangeException.ThrowIfLessThan(times, 1);
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
    /// <exception cref="ArgumentException">No fault, or a fault of STS at another service.</exception>
    public void Always(Fault fault)
    {
        Judge(fault);
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

    private void Judge(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (fault.IsOfSts && !_isOfSts)
        {
            throw new ArgumentException("This fault changes an answer of STS and would do nothing here. Give it to LocalAws.Sts.Faults.", nameof(fault));
        }
    }
}
