using System.Collections.Concurrent;

namespace Irsa.Credentials.Testing;

/// <summary>The local STS as a test sees it: its roles, its OIDC providers, the calls it received and the faults it is to show.</summary>
public sealed class LocalSts
{
    private readonly ConcurrentDictionary<string, LocalRole> _roles = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Account, string Issuer), IReadOnlyList<string>> _providers = [];
    private readonly string _account;
    private readonly object _gate = new();
    private readonly List<StsCall> _calls = [];
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal LocalSts(string account) => _account = account;

    /// <summary>Gets the address.</summary>
    public Uri Endpoint { get; private set; } = new("http://127.0.0.1");

    /// <summary>Gets what goes wrong.</summary>
    public FaultScript Faults { get; } = new(isOfSts: true);

    /// <summary>Gets the calls so far, in order of their arrival; those that failed or are being held are among them.</summary>
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

    /// <summary>Forgets the calls so far.</summary>
    public void ClearCalls()
    {
        lock (_gate)
        {
            _calls.Clear();
        }
    }

    /// <summary>Waits until so many calls have arrived, answered or not: with a fault that holds them, a race can be forced.</summary>
    /// <param name="count">How many, counted from the start or from <see cref="ClearCalls"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
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

    /// <summary>Creates a role, or replaces it.</summary>
    /// <param name="roleArn">Its ARN; the account may be empty, as S3-compatible servers have it.</param>
    /// <param name="trustPolicyJson">Who may assume it.</param>
    /// <param name="maxSessionDuration">1 hour, the default, to 12 hours.</param>
    /// <exception cref="ArgumentException">
    /// The ARN is no role's, the maximum is out of its range, or the policy has elements, operators, condition keys or variables that are not
    /// evaluated here.
    /// </exception>
    public void AddRole(string roleArn, string trustPolicyJson, TimeSpan? maxSessionDuration = null)
    {
        ArgumentNullException.ThrowIfNull(roleArn);
        ArgumentNullException.ThrowIfNull(trustPolicyJson);
        _roles[roleArn] = new LocalRole(LocalRoleArn.Parse(roleArn), TrustPolicyDocument.Parse(trustPolicyJson), maxSessionDuration ?? TimeSpan.FromHours(1));
    }

    /// <summary>Deletes a role.</summary>
    /// <param name="roleArn">Its ARN.</param>
    public void RemoveRole(string roleArn) => _roles.TryRemove(roleArn, out _);

    /// <summary>Registers an OIDC provider in the account of <see cref="LocalAws.RoleArn"/>, or replaces its client ids.</summary>
    /// <param name="issuer">The issuer's address.</param>
    /// <param name="clientIds">The audiences it accepts.</param>
    public void AddProvider(string issuer, params string[] clientIds) => AddProvider(issuer, clientIds, _account);

    /// <summary>Registers an OIDC provider, or replaces its client ids. A role accepts only tokens of a provider in its own account.</summary>
    /// <param name="issuer">The issuer's address.</param>
    /// <param name="clientIds">The audiences it accepts.</param>
    /// <param name="account">The account, 12 digits. Roles without an account look in the account of <see cref="LocalAws.RoleArn"/>.</param>
    public void AddProvider(string issuer, string[] clientIds, string account)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        ArgumentNullException.ThrowIfNull(clientIds);
        ArgumentNullException.ThrowIfNull(account);
        _providers[(account, issuer)] = clientIds;
    }

    /// <summary>Removes an OIDC provider from the account of <see cref="LocalAws.RoleArn"/>.</summary>
    /// <param name="issuer">The issuer's address.</param>
    public void RemoveProvider(string issuer) => RemoveProvider(issuer, _account);

    /// <summary>Removes an OIDC provider.</summary>
    /// <param name="issuer">The issuer's address.</param>
    /// <param name="account">The account, 12 digits.</param>
    public void RemoveProvider(string issuer, string account) => _providers.TryRemove((account, issuer), out _);

    internal void Locate(Uri endpoint) => Endpoint = endpoint;

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
