using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>The state of one identity as a health report says it.</summary>
internal sealed class CredentialHealth
{
    private CredentialHealth(HealthStatus status, string description)
    {
        Status = status;
        Description = description;
    }

    /// <summary>Gets healthy, degraded, or unhealthy for what the registration's own failure status replaces.</summary>
    public HealthStatus Status { get; }

    public string Description { get; }

    public Dictionary<string, object> Data { get; } = [];

    public bool IsFailure => Status == HealthStatus.Unhealthy;

    public static CredentialHealth Of(IServiceProvider provider, string name)
    {
        if (IdentityNames.Of(provider).All(known => known.Value != name))
        {
            return NotRegistered(name);
        }

        try
        {
            return Of(provider.GetRequiredKeyedService<WebIdentityTokenCredentials>(name).Status);
        }
        catch (IrsaException faulty)
        {
            return Misconfigured(faulty);
        }
    }

    public HealthCheckResult ToResult(HealthStatus failureStatus) => new(IsFailure ? failureStatus : Status, Description, data: Data);

    private static CredentialHealth NotRegistered(string name) => new(HealthStatus.Unhealthy, name.Length == 0
        ? "The health check AddIrsa has no credentials to report: AddIrsaAws() was not called. For credentials with a name, pass credentialsName."
        : $"The health check AddIrsa names the credentials \"{name}\", but AddIrsaAws(\"{name}\", …) was not called.")
    {
        Data = { ["state"] = nameof(CredentialState.Unavailable) },
    };

    /// <summary>The options cannot be used, so there is no provider to have a status.</summary>
    private static CredentialHealth Misconfigured(IrsaException fault) => new(HealthStatus.Unhealthy, OneLine(fault))
    {
        Data = { ["state"] = nameof(CredentialState.Unavailable), ["errorId"] = fault.Id, ["error"] = fault.Message, ["remedy"] = fault.Remedy },
    };

    /// <summary>
    /// Id, title and next retry. The health-check service logs the description at every probe; the whole text, with a trust policy perhaps, is
    /// in the data, and the library logs it once a failure streak.
    /// </summary>
    private static string OneLine(IrsaException error) =>
        $"{error.Id}: {IrsaErrorExplanation.For(error.Code).Title}." + (error.NextRetry is { } next ? $" Next retry {Text(next)}." : string.Empty);

    private static CredentialHealth Of(CredentialStatus status)
    {
        var health = status.State switch
        {
            CredentialState.Valid => new CredentialHealth(HealthStatus.Healthy, $"Valid until {Text(status.Expiration)}."),
            CredentialState.RefreshFailing => new CredentialHealth(
                HealthStatus.Degraded, $"Valid until {Text(status.Expiration)}, but the refresh fails. {OneLine(status.LastError!)}"),
            CredentialState.Pending => new CredentialHealth(HealthStatus.Degraded, "No credentials have been asked for yet."),
            _ => new CredentialHealth(HealthStatus.Unhealthy, status.LastError is { } error ? OneLine(error) : "No usable credentials."),
        };
        health.Data["state"] = status.State.ToString();
        health.Data["role"] = status.RoleArn;
        health.Data["failuresInARow"] = status.FailuresInARow;
        health.Add("assumedRole", status.AssumedRoleArn);
        health.Add("session", status.SessionName);
        health.Add("expiration", Text(status.Expiration));
        health.Add("nextRefresh", Text(status.NextRefresh));
        health.Add("errorId", status.LastError?.Id);
        health.Add("error", status.LastError?.Message);
        health.Add("remedy", status.LastError?.Remedy);
        return health;
    }

    private static string? Text(DateTimeOffset? time) => time?.ToString("u", CultureInfo.InvariantCulture);

    private void Add(string key, string? value)
    {
        if (value is not null)
        {
            Data[key] = value;
        }
    }
}
