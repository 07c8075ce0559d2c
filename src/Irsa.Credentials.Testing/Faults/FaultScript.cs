using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>The faults of one service, call by call. Thread-safe.</summary>
public sealed class FaultScript
{
    private readonly object _gate = new();
    private readonly Queue<Fault> _next = [];
    private readonly bool _isSts;
    private Fault? _always;

    internal FaultScript(bool isSts) => _isSts = isSts;

    /// <summary>Applies a fault to the next calls, after the faults that are already queued.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="times">The number of calls, at least 1; the default is 1.</param>
    /// <exception cref="ArgumentNullException"><paramref name="fault"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="times"/> is below 1, or the fault changes STS responses and this is S3.</exception>
    public void Next(Fault fault, int times = 1)
    {
        Validate(fault);
        ArgumentOutOfRangeException.ThrowIfLessThan(times, 1);
        lock (_gate)
        {
            for (var i = 0; i < times; i++)
            {
                _next.Enqueue(fault);
            }
        }
    }

    /// <summary>Applies a fault to every call after those of <see cref="Next"/>, until <see cref="Clear"/> is called.</summary>
    /// <param name="fault">The fault; it replaces an earlier one.</param>
    /// <exception cref="ArgumentNullException"><paramref name="fault"/> is null.</exception>
    /// <exception cref="ArgumentException">The fault changes STS responses and this is S3.</exception>
    public void Always(Fault fault)
    {
        Validate(fault);
        lock (_gate)
        {
            _always = fault;
        }
    }

    /// <summary>Removes all faults. Calls that are already held or delayed are not affected.</summary>
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

    private void Validate(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (fault.IsStsOnly && !_isSts)
        {
            throw new ArgumentException("This fault changes STS responses, so it has no effect on S3. Pass it to LocalAws.Sts.Faults.", nameof(fault));
        }
    }
}
