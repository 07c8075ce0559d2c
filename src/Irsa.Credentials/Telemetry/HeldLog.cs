using Microsoft.Extensions.Logging;

namespace Irsa.Credentials.Telemetry;

/// <summary>
/// The log of an identity that was made before the container: what the application gave it, or nothing, and later the container's. Lines that
/// nobody could hear are kept, so that the container's log begins with the first success and the failures before it.
/// </summary>
internal sealed class HeldLog : ILogger
{
    /// <summary>An identity that no container ever takes over must not grow.</summary>
    private const int Limit = 20;

    private readonly object _gate = new();
    private List<Action<ILogger>>? _held;
    private volatile ILogger? _target;

    /// <param name="target">Null where nobody listens yet.</param>
    public HeldLog(ILogger? target)
    {
        _target = target;
        _held = target is null ? [] : null;
    }

    public void MoveTo(ILogger target)
    {
        List<Action<ILogger>>? held;
        lock (_gate)
        {
            (held, _held) = (_held, null);
            _target = target;
        }

        held?.ForEach(line => line(target));
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => _target?.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => _target is { } target ? target.IsEnabled(logLevel) : logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate)
        {
            if (_held is not null)
            {
                if (_held.Count < Limit)
                {
                    _held.Add(target =>
                    {
                        if (target.IsEnabled(logLevel))
                        {
                            target.Log(logLevel, eventId, state, exception, formatter);
                        }
                    });
                }

                return;
            }
        }

        _target!.Log(logLevel, eventId, state, exception, formatter);
    }
}
