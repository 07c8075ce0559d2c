using Irsa.Credentials.Configuration;
using Irsa.Credentials.Diagnosis;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials;

/// <summary>
/// Checks everything that the pod's identity needs, in the order in which a person would look. Each check says what it saw, whether that is
/// right, and what to do. A failed check does not end the examination. The report holds no secret.
/// </summary>
public sealed class IrsaDoctor
{
    private readonly IrsaOptions _options;
    private readonly InjectedEnvironment _environment;
    private readonly TimeProvider _time;

    /// <summary>Creates a doctor. Like <see cref="WebIdentityTokenCredentials"/> it takes options that are not set from the variables that EKS injects.</summary>
    /// <param name="options">What to check; null for the variables alone.</param>
    /// <param name="timeProvider">The clock; null for that of the options, else the system's.</param>
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

    /// <summary>Gets a value indicating whether the doctor exchanges the token at STS. Without the exchange it has no credentials and makes no signed call.</summary>
    /// <value>The default is true. The doctor makes one exchange and does not retry it.</value>
    public bool RunExchange { get; init; } = true;

    /// <summary>Gets the harmless call that the last check makes with the issued credentials.</summary>
    /// <value>The default is null, which makes no call.</value>
    public DoctorCall? Call { get; init; }

    /// <summary>Runs the checks. A finding never throws. Each check has a time limit, and all together end within 10 seconds.</summary>
    /// <param name="cancellationToken">Cancels the examination.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<DoctorReport> ExamineAsync(CancellationToken cancellationToken = default)
    {
        using var context = new DoctorContext(_options, _environment, _time, RunExchange, Call);
        var checks = new List<DoctorCheck>();
        foreach (var (name, check) in DoctorChecks.For(context))
        {
            var result = await DoctorChecks.RunAsync(check, context, cancellationToken).ConfigureAwait(false);
            checks.Add(result.ToCheck(checks.Count + 1, name));
        }

        return new DoctorReport(
            context.WithoutSecrets(checks),
            context.RoleArn is { } role ? DisplayText.Escape(role) : null,
            context.Region is { } region ? DisplayText.Escape(region) : null);
    }
}
