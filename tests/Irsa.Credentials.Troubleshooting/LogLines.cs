using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Irsa.Credentials.Troubleshooting;

/// <summary>Log lines at Information and above, as a console would show them.</summary>
internal sealed class LogLines : ILoggerFactory, ILogger
{
    private readonly object _gate = new();
    private readonly StringBuilder _lines = new();
    private int _count;

    /// <summary>Gets how many lines there are.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Say(string line)
    {
        lock (_gate)
        {
            _lines.Append(line).Append('\n');
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Say(string.Create(CultureInfo.InvariantCulture, $"{logLevel} [{eventId.Id}] {formatter(state, exception)}"));
            Interlocked.Increment(ref _count);
        }
    }

    public void Dispose()
    {
    }

    public override string ToString()
    {
        lock (_gate)
        {
            return _lines.ToString();
        }
    }
}
