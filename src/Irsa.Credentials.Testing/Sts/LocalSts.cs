using System.Collections.Concurrent;

namespace Irsa.Credentials.Testing;

/// <summary>The local STS: its roles, OIDC providers, received requests and faults.</summary>
public sealed class LocalSts
{
    private readonly ConcurrentDictionary<string, LocalRole> _roles = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Account, string Issuer), IReadOnlyList<string>> _providers = [];
    private readonly string _account;
    private readonly object _gate = new();
    private readonly List<StsCall> _calls = [];
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal LocalSts(string account) => _account = account;

    /// <summary>Gets the address, <c>http://127.0.0.1</c> with a random port.</summary>
    public Uri Endpoint { get; internal set; } = new("http://127.0.0.1");

    /// <summary>Gets the faults of STS.</summary>
    public FaultScript Faults { get; } = new(isSts: true);

    /// <summary>Gets the received requests in order of arrival, including those that failed or are still held.</summary>
    public IReadOnlyList<StsCall> Calls
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Removes the requests received so far from <see cref="Calls"/>.</summary>
    public void ClearCalls()
    {
        lock (_gate)
        {
            _calls.Clear();
        }
    }

    /// <summary>
    /// Waits until a number of requests have arrived, answered or not. With <see cref="Fault.Gate"/>, which holds them, a test can force a race.
    /// </summary>
    /// <param name="count">The number of requests since the start or the last <see cref="ClearCalls"/>.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task WaitForCallsAsync(int count, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task arrival;
            lock (_gate)
            {
                if (_calls.Count >= count)
                {
                    return;
                }

                arrival = _arrival.Task;
            }

            await arrival.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Creates or replaces a role.</summary>
    /// <param name="roleArn">The ARN of the role. The account may be empty, as with S3-compatible servers.</param>
    /// <param name="trustPolicyJson">The trust policy, which says who may assume the role.</param>
    /// <param name="maxSessionDuration">The maximum session duration, 1 to 12 hours; null is 1 hour.</param>
    /// <exception cref="ArgumentException">
    /// The ARN is invalid, the maximum is out of its range, or the policy has elements, operators, condition keys or variables that this server
    /// does not evaluate.
    /// </exception>
    public void AddRole(string roleArn, string trustPolicyJson, TimeSpan? maxSessionDuration = null)
    {
        ArgumentNullException.ThrowIfNull(roleArn);
        ArgumentNullException.ThrowIfNull(trustPolicyJson);
        _roles[roleArn] = new LocalRole(LocalRoleArn.Parse(roleArn), TrustPolicyDocument.Parse(trustPolicyJson), maxSessionDuration ?? TimeSpan.FromHours(1));
    }

    /// <summary>Deletes a role, if it exists.</summary>
    /// <param name="roleArn">The ARN of the role.</param>
    public void RemoveRole(string roleArn) => _roles.TryRemove(roleArn, out _);

    /// <summary>Creates an OIDC provider in the account of <see cref="LocalAws.RoleArn"/>, or replaces its client ids.</summary>
    /// <param name="issuer">The URL of the issuer.</param>
    /// <param name="clientIds">The accepted audiences.</param>
    public void AddProvider(string issuer, params string[] clientIds) => AddProvider(issuer, clientIds, _account);

    /// <summary>Creates an OIDC provider, or replaces its client ids. A role accepts only tokens of a provider in its own account.</summary>
    /// <param name="issuer">The URL of the issuer.</param>
    /// <param name="clientIds">The accepted audiences.</param>
    /// <param name="account">The account id. A role without an account uses the account of <see cref="LocalAws.RoleArn"/>.</param>
    public void AddProvider(string issuer, string[] clientIds, string account)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        ArgumentNullException.ThrowIfNull(clientIds);
        ArgumentNullException.ThrowIfNull(account);
        _providers[(account, issuer)] = clientIds;
    }

    /// <summary>Deletes an OIDC provider of the account of <see cref="LocalAws.RoleArn"/>, if it exists.</summary>
    /// <param name="issuer">The URL of the issuer.</param>
    public void RemoveProvider(string issuer) => RemoveProvider(issuer, _account);

    /// <summary>Deletes an OIDC provider, if it exists.</summary>
    /// <param name="issuer">The URL of the issuer.</param>
    /// <param name="account">The account id.</param>
    public void RemoveProvider(string issuer, string account) => _providers.TryRemove((account, issuer), out _);

    internal LocalRole? Role(string arn) => _roles.GetValueOrDefault(arn);

    internal IReadOnlyList<string>? ClientIds(string issuer, string account) => _providers.GetValueOrDefault((account.Length == 0 ? _account : account, issuer));

    internal void Record(StsCall call)
    {
        TaskCompletionSource arrival;
        lock (_gate)
        {
            _calls.Add(call);
            (arrival, _arrival) = (_arrival, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        arrival.SetResult();
    }
}
