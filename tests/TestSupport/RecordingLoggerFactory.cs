using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Irsa.Credentials.TestSupport;

/// <summary>Keeps the level, id and text of each log message.</summary>
/// <param name="onLog">Runs at each message, before it is kept; null for nothing.</param>
internal sealed class RecordingLoggerFactory(Action? onLog = null) : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<(int Id, string Line)> _messages = [];

    /// <summary>Gets level and text of each message.</summary>
    public IReadOnlyList<string> Lines => [.. _messages.Select(static message => message.Line)];

    /// <summary>Gets the event id of each message.</summary>
    public IReadOnlyList<int> EventIds => [.. _messages.Select(static message => message.Id)];

    /// <summary>Waits for a message: what an exchange reports is logged after its callers are told.</summary>
    public async Task<string> LineAsync(string part, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Lines.FirstOrDefault(line => line.Contains(part, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }

            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        onLog?.Invoke();
        _messages.Enqueue((eventId.Id, $"{logLevel} {formatter(state, exception)}"));
    }
}
