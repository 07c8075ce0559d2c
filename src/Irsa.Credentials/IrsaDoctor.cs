using Irsa.Credentials.Configuration;
using Irsa.Credentials.Diagnosis;

namespace Irsa.Credentials;

/// <summary>
/// Looks at everything that has to be right for the pod's identity to work, in the order in which a person would, and says of each what it
/// saw, whether that is well, and what to do. Goes on after a failure where that makes sense. Prints no secret.
/// </summary>
public sealed class IrsaDoctor
{
    private readonly IrsaOptions _options;
    private readonly InjectedEnvironment _environment;
    private readonly TimeProvider _time;

    /// <summary>Takes what the options leave open from the variables that EKS injects, as <see cref="WebIdentityTokenCredentials"/> does.</summary>
    /// <param name="options">The default is an empty set.</param>
    /// <param name="timeProvider">The clock; the default is that of the options, else the system's.</param>
    public IrsaDoctor(IrsaOptions? options = null, TimeProvider? timeProvider = null)
        : this(options ?? new IrsaOptions(), InjectedEnvironment.Process, timeProvider ?? options?.TimeProvider ?? TimeProvider.System)
    {
    }

    internal IrsaDoctor(IrsaOptions options, InjectedEnvironment environment, TimeProvider time)
    {
        _options = options;
        _environment = environment;
        _time = time;
    }

    /// <summary>Gets a value indicating whether the token is exchanged at STS; without it no credentials are issued and nothing is called with them.</summary>
    /// <value>The default is true. The exchange is made once and not retried.</value>
    public bool Exchange { get; init; } = true;

    /// <summary>Gets the harmless call that ends the examination.</summary>
    /// <value>The default, null, makes none.</value>
    public DoctorCall? Call { get; init; }

    /// <summary>Makes the ten checks. Never throws for what it finds.</summary>
    /// <param name="cancellationToken">Ends the examination.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<DoctorReport> ExamineAsync(CancellationToken cancellationToken = default)
    {
        using var examination = new DoctorContext(_options, _environment, _time, Exchange, Call);
        var checks = new List<DoctorCheck>();
        foreach (var (name, check) in DoctorChecks.InOrder)
        {
            var finding = await DoctorChecks.MakeAsync(check, examination, cancellationToken).ConfigureAwait(false);
            checks.Add(finding.ToCheck(checks.Count + 1, name));
        }

        return new DoctorReport(checks.Select(examination.WithoutSecrets));
    }
}
