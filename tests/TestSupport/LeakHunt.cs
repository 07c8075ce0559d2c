using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Irsa.Credentials.TestSupport;

/// <summary>
/// Captures what leaves the library while it lives (log records with state and scopes, and as the console's formatters write them; metrics, activities and
/// events, of .NET's HTTP client and the SDK too; what diagnostic listeners are told) and what it is shown (exceptions, health answers, status, outputs), and searches all
/// of it for secrets in every form of <see cref="SecretForms"/>. The SDK's own log is one for the whole process, and so are its tests: SdkLogTests.
/// </summary>
internal sealed class LeakHunt : ILoggerProvider, IDisposable
{
    /// <summary>The meters, activity sources and event sources of .NET and the SDK that see an exchange pass.</summary>
    private static readonly string[] Foreign = ["HttpHandlerDiagnosticListener", "System.Net.", "Experimental.System.Net.", "Microsoft-System-Net-", "Amazon", "AWSSDK"];

    private static readonly ConsoleFormatter[] Formatters = [.. new ServiceCollection()
        .AddLogging(static logs => logs.AddJsonConsole(static options => options.IncludeScopes = true).AddSimpleConsole(static options => options.IncludeScopes = true).AddSystemdConsole(static options => options.IncludeScopes = true))
        .BuildServiceProvider().GetServices<ConsoleFormatter>()];

    private readonly ConcurrentQueue<(string Channel, string Text)> _captured = [];
    private readonly SecretForms _secrets = new();

    /// <summary>Whole tokens. Every token begins alike, and other tests of the process have tokens of their own, so these are sought in this hunt's own channels only.</summary>
    private readonly SecretForms _tokens = new();
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _activities;
    private readonly LoggerExternalScopeProvider _scopes = new();
    private readonly HuntedEvents _events;
    private readonly HuntedDiagnostics _diagnostics;

    public LeakHunt(params ReadOnlySpan<string> secrets)
    {
        foreach (var secret in secrets)
        {
            _secrets.Add(secret);
        }

        _meters.InstrumentPublished = static (instrument, listener) =>
        {
            if (IsWatched(instrument.Meter.Name, IrsaTelemetry.MeterName))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => CaptureTags($"metric {instrument.Name}", tags.ToArray()));
        _meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => CaptureTags($"metric {instrument.Name}", tags.ToArray()));
        _meters.Start();
        _activities = new ActivityListener
        {
            ShouldListenTo = static source => IsWatched(source.Name, IrsaTelemetry.ActivitySourceName),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Capture,
        };
        ActivitySource.AddActivityListener(_activities);
        _events = new HuntedEvents(this);
        _diagnostics = new HuntedDiagnostics(this);
    }

    /// <summary>Gets how many pieces of text were searched so far; a hunt that saw nothing proves nothing.</summary>
    public int Searched => _captured.Count;

    /// <summary>Gets the channels in which something was seen.</summary>
    public IReadOnlySet<string> Channels => _captured.Select(static piece => piece.Channel.Split(' ')[0]).ToHashSet();

    /// <summary>Adds a token: its signature and its whole text are secret, what it says of itself is not.</summary>
    public void AddToken(string token)
    {
        _tokens.Add(token);
        _secrets.Add(token[(token.LastIndexOf('.') + 1)..]);
    }

    public void AddSecret(string secret) => _secrets.Add(secret);

    /// <summary>Every hit so far: channel and form, never the secret.</summary>
    public IReadOnlyList<string> Leaks()
    {
        _meters.RecordObservableInstruments();
        return
        [
            .. _captured.SelectMany(piece => _secrets.FormsIn(piece.Text).Concat(IsOfProcess(piece.Channel) ? [] : _tokens.FormsIn(piece.Text)).Select(form => $"{piece.Channel}: {form}"))
                .Distinct(),
        ];
    }

    public void Capture(string channel, string? text) => _captured.Enqueue((channel, text ?? string.Empty));

    /// <summary>An exception as a handler might print it: text, members, data, and all of that of its inner exceptions.</summary>
    public void Capture(Exception exception)
    {
        Capture("exception text", exception.ToString());
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            Capture($"exception message {inner.GetType().Name}", inner.Message);
            Capture($"exception data {inner.GetType().Name}", string.Join('\n', inner.Data.Cast<DictionaryEntry>().Select(static entry => $"{entry.Key}={entry.Value}")));
            foreach (var property in inner.GetType().GetProperties().Where(static property => property.GetIndexParameters().Length == 0 && property.Name is not ("TargetSite" or "InnerException")))
            {
                Capture($"exception member {inner.GetType().Name}.{property.Name}", Printed(property.GetValue(inner)));
            }

            if (inner is AggregateException several)
            {
                foreach (var one in several.InnerExceptions)
                {
                    Capture(one);
                }
            }
        }
    }

    /// <summary>The status as a page, a log or a serializer shows it.</summary>
    public void Capture(CredentialStatus status)
    {
        Capture("status text", status.ToString());
        Capture("status JSON", JsonSerializer.Serialize(status));
        foreach (var property in status.GetType().GetProperties())
        {
            Capture($"status {property.Name}", Printed(property.GetValue(status)));
        }
    }

    public void Capture(HealthReport report)
    {
        foreach (var (name, entry) in report.Entries)
        {
            Capture($"health {name}", entry.Description);
            Capture($"health {name} as JSON", JsonSerializer.Serialize(new { entry.Description, entry.Data, entry.Status }));
            if (entry.Exception is { } exception)
            {
                Capture(exception);
            }
        }
    }

    public void Capture(Activity activity)
    {
        CaptureTags($"activity {activity.DisplayName} {activity.StatusDescription}", [.. activity.TagObjects]);
        Capture("activity baggage", string.Join('\n', activity.Baggage.Select(static pair => $"{pair.Key}={pair.Value}")));
        foreach (var happened in activity.Events)
        {
            CaptureTags($"activity event {happened.Name}", [.. happened.Tags]);
        }
    }

    public ILogger CreateLogger(string categoryName) => new HuntedLogger(this, categoryName);

    public void Dispose()
    {
        _events.Dispose();
        _diagnostics.Dispose();
        _meters.Dispose();
        _activities.Dispose();
    }

    /// <summary>What a listener hears of all that the process does.</summary>
    private static bool IsOfProcess(string channel) => channel.Split(' ')[0] is "metric" or "activity" or "event" or "diagnostic";

    private static bool IsWatched(string name, string own) => name == own || Array.Exists(Foreign, prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    private static string Printed(object? value) => value switch
    {
        null => string.Empty,
        string text => text,
        IEnumerable many => string.Join('\n', many.Cast<object?>().Select(static one => one?.ToString())),
        _ => value.ToString() ?? string.Empty,
    };

    private void CaptureTags(string channel, KeyValuePair<string, object?>[] tags) =>
        Capture(channel.Split(' ')[0], channel + '\n' + string.Join('\n', tags.Select(static tag => $"{tag.Key}={Printed(tag.Value)}")));

    private sealed class HuntedLogger(LeakHunt hunt, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            hunt.Capture("log scope", Printed(state));
            return hunt._scopes.Push(state);
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            hunt.Capture($"log {category} {eventId.Id}", formatter(state, exception));
            hunt.Capture($"log state {eventId.Id}", Printed(state));
            foreach (var console in Formatters)
            {
                using var written = new StringWriter();
                console.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter), hunt._scopes, written);
                hunt.Capture($"console {console.Name}", written.ToString());
            }

            if (exception is not null)
            {
                hunt.Capture(exception);
            }
        }
    }

    /// <summary>What diagnostic tools collect.</summary>
    private sealed class HuntedEvents(LeakHunt hunt) : EventListener
    {
        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (Array.Exists(Foreign, prefix => eventSource.Name.StartsWith(prefix, StringComparison.Ordinal)) || eventSource.Name.StartsWith("Irsa", StringComparison.Ordinal))
            {
                EnableEvents(eventSource, EventLevel.Verbose, EventKeywords.All);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData) =>
            hunt.Capture($"event {eventData.EventSource.Name}", $"{eventData.EventName} {eventData.Message}\n{string.Join('\n', eventData.Payload?.Select(Printed) ?? [])}");
    }

    /// <summary>
    /// What subscribers are told. They get the request itself, as a handler of the HTTP client does: its headers and body are no text of theirs, and
    /// hold what is sent. Searched is what they print of it.
    /// </summary>
    private sealed class HuntedDiagnostics : IObserver<DiagnosticListener>, IDisposable
    {
        private readonly LeakHunt _hunt;
        private readonly List<IDisposable> _subscriptions = [];

        public HuntedDiagnostics(LeakHunt hunt)
        {
            _hunt = hunt;
            _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
        }

        public void OnNext(DiagnosticListener value)
        {
            if (IsWatched(value.Name, IrsaTelemetry.ActivitySourceName))
            {
                lock (_subscriptions)
                {
                    _subscriptions.Add(value.Subscribe(new Told(_hunt, value.Name)));
                }
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void Dispose()
        {
            lock (_subscriptions)
            {
                _subscriptions.ForEach(static one => one.Dispose());
            }
        }

        private sealed class Told(LeakHunt hunt, string listener) : IObserver<KeyValuePair<string, object?>>
        {
            public void OnNext(KeyValuePair<string, object?> value)
            {
                hunt.Capture("diagnostic", $"{listener} {value.Key}");
                foreach (var member in value.Value?.GetType().GetProperties() ?? [])
                {
                    hunt.Capture("diagnostic", $"{member.Name}={TextOf(member.GetValue(value.Value))}");
                }
            }

            /// <summary>It may be another test's request, whose sender writes to it meanwhile; and what is thrown here would end it.</summary>
            private static string TextOf(object? value)
            {
                try
                {
                    return value switch
                    {
                        HttpRequestMessage request => $"{request.Method} {request.RequestUri} {Printed(request.Options)}",
                        HttpResponseMessage response => $"{response.StatusCode} {response.ReasonPhrase}",
                        var other => Printed(other),
                    };
                }
                catch (InvalidOperationException)
                {
                    return string.Empty;
                }
            }

            public void OnCompleted()
            {
            }

            public void OnError(Exception error)
            {
            }
        }
    }
}
