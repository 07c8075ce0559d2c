namespace Irsa.Credentials.Testing;

/// <summary>
/// The agent of EKS Pod Identity, as it answers the pods of its node. It keeps the credentials that it has issued, and hands out the same again
/// until half of their life has passed, as the real one does with sessions of 6 hours.
/// </summary>
public sealed class LocalPodIdentity
{
    private readonly object _gate = new();
    private string? _roleArn;
    private TimeSpan _sessionDuration = TimeSpan.FromHours(6);
    private int _calls;

    internal LocalPodIdentity(string roleArn, TokenDirectory tokens)
    {
        _roleArn = roleArn;
        Tokens = tokens;
    }

    /// <summary>Gets the address that EKS injects as <c>AWS_CONTAINER_CREDENTIALS_FULL_URI</c>.</summary>
    public Uri Endpoint { get; internal set; } = new("http://127.0.0.1/v1/credentials");

    /// <summary>Gets the directory with the agent's token file, which EKS injects as <c>AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE</c>.</summary>
    public TokenDirectory Tokens { get; }

    /// <summary>Gets the faults of the agent; those that change answers of STS have no effect on it.</summary>
    public FaultScript Faults { get; } = new(isSts: false);

    /// <summary>Gets how often the agent was called.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Gets or sets the role of the association; null for no association. The default is <see cref="LocalAws.RoleArn"/>.</summary>
    public string? RoleArn
    {
        get
        {
            lock (_gate)
            {
                return _roleArn;
            }
        }

        set
        {
            lock (_gate)
            {
                _roleArn = value;
            }
        }
    }

    /// <summary>Gets or sets how long sessions live that are issued from now on.</summary>
    /// <value>More than zero; the default is 6 hours.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is zero or less.</exception>
    public TimeSpan SessionDuration
    {
        get
        {
            lock (_gate)
            {
                return _sessionDuration;
            }
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            lock (_gate)
            {
                _sessionDuration = value;
            }
        }
    }

    internal void Count() => Interlocked.Increment(ref _calls);
}
