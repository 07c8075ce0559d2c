using Irsa.Credentials.Refresh;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Irsa.Credentials.Telemetry;

/// <summary>Where one identity reports to: a log and a meter. Those of an identity that was made before the container are replaced by the container's.</summary>
internal sealed class IdentityTelemetry
{
    private const int Limit = 20;

    private readonly object _gate = new();
    private readonly Handover? _handover;
    private volatile Instruments _instruments;
    private string? _name;

    /// <param name="log">Null where nobody listens, or not yet.</param>
    /// <param name="instruments">Of the container's meter, or of the process's.</param>
    /// <param name="name">Tells identities of one role apart; null or empty where it has none.</param>
    /// <param name="isMadeByApplication">Whether a container may take the identity over later.</param>
    public IdentityTelemetry(ILogger? log, Instruments instruments, string? name, bool isMadeByApplication)
    {
        _handover = isMadeByApplication ? new Handover(log) : null;
        Log = (ILogger?)_handover?.Log ?? log ?? NullLogger.Instance;
        _instruments = instruments;
        _name = name;
    }

    public ILogger Log { get; }

    /// <param name="cache">Observed until it is disposed.</param>
    public void Watch(CredentialCache cache)
    {
        _handover?.Watched.Add(cache);
        _instruments.Watch(cache, _name);
    }

    public void Record(TimeSpan took, string roleArn, string? errorId)
    {
        var instruments = _instruments;
        if (_handover is { Held: not null } handover && !instruments.IsHeard)
        {
            lock (_gate)
            {
                if (handover.Held is { Count: < Limit } held)
                {
                    held.Add((took, roleArn, errorId));
                }
            }
        }

        instruments.Record(took, roleArn, errorId);
    }

    /// <summary>From now on the container's, which also gets what nobody could hear before. The next container does the same.</summary>
    /// <param name="log">Null where the container has no logging: what is held is kept for the next container.</param>
    /// <param name="instruments">Of the container's meter, or of the process's where it has none.</param>
    /// <param name="name">The identity's name in the container; null or empty where it has none.</param>
    public void MoveTo(ILogger? log, Instruments instruments, string? name)
    {
        if (_handover is not { } handover)
        {
            return;
        }

        List<(TimeSpan Took, string RoleArn, string? ErrorId)>? held;
        lock (_gate)
        {
            (held, handover.Held) = (handover.Held, null);
            handover.Watched.ForEach(_instruments.Unwatch);
            (_instruments, _name) = (instruments, name);
            handover.Watched.ForEach(cache => instruments.Watch(cache, name));
        }

        held?.ForEach(one => instruments.Record(one.Took, one.RoleArn, one.ErrorId));
        if (log is not null)
        {
            handover.Log.MoveTo(log);
        }
    }

    /// <summary>What an identity keeps for a container that may take it over later.</summary>
    private sealed class Handover(ILogger? log)
    {
        public HeldLog Log { get; } = new(log);

        public List<CredentialCache> Watched { get; } = [];

        /// <summary>Gets or sets the exchanges that nobody could hear; null once a container has them.</summary>
        public List<(TimeSpan Took, string RoleArn, string? ErrorId)>? Held { get; set; } = [];
    }
}
