using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>Turns a provider's status into a health report. Looks only; never asks STS.</summary>
internal sealed class CredentialHealthCheck : IHealthCheck
{
    private readonly IServiceProvider _provider;
    private readonly string _name;

    public CredentialHealthCheck(IServiceProvider provider, string name)
    {
        _provider = provider;
        _name = name;
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(CredentialFactory.UsesDefaultChain(_provider, _name)
            ? HealthCheckResult.Healthy("Nothing is injected; the SDK's default chain is used, as configured.")
            : Report(_provider.GetRequiredKeyedService<WebIdentityTokenCredentials>(_name).Status, context.Registration.FailureStatus));

    private static HealthCheckResult Report(CredentialStatus status, HealthStatus failureStatus)
    {
        var data = new Dictionary<string, object>
        {
            ["state"] = status.State.ToString(),
            ["role"] = status.RoleArn,
            ["failuresInARow"] = status.FailuresInARow,
        };
        Add("assumedRole", status.AssumedRoleArn);
        Add("session", status.SessionName);
        Add("expiration", Text(status.Expiration));
        Add("nextRefresh", Text(status.NextRefresh));
        Add("errorId", status.LastError?.Id);
        Add("remedy", status.LastError?.Remedy);
        return status.State switch
        {
            CredentialState.Valid => HealthCheckResult.Healthy($"Valid until {Text(status.Expiration)}.", data),
            CredentialState.RefreshFailing => HealthCheckResult.Degraded($"Valid until {Text(status.Expiration)}, but the refresh fails: {status.LastError!.Message}", data: data),
            CredentialState.Pending => new HealthCheckResult(failureStatus, "No credentials have been asked for yet.", data: data),
            _ => new HealthCheckResult(failureStatus, status.LastError?.Message ?? "No usable credentials.", data: data),
        };

        void Add(string key, string? value)
        {
            if (value is not null)
            {
                data[key] = value;
            }
        }
    }

    private static string? Text(DateTimeOffset? time) => time?.ToString("u", CultureInfo.InvariantCulture);
}
