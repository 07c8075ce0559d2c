using Irsa.Credentials;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace S3Microservice.Identity;

/// <summary>Whose credentials this service uses; nothing secret. <paramref name="Now"/> lets a reader with a wrong clock count down.</summary>
internal sealed record WhoAmI(
    DateTimeOffset Now,
    string Role,
    string? AssumedRole,
    string? Session,
    string State,
    string Health,
    DateTimeOffset? Expiration,
    DateTimeOffset? LastRefresh,
    DateTimeOffset? NextRefresh,
    int FailuresInARow,
    string? ErrorId,
    string? Error,
    string? Remedy,
    IReadOnlyList<Refresh> Refreshes)
{
    public static WhoAmI Of(CredentialStatus status, HealthStatus health, IReadOnlyList<Refresh> refreshes, DateTimeOffset now) => new(
        now,
        status.RoleArn,
        status.AssumedRoleArn,
        status.SessionName,
        status.State.ToString(),
        health.ToString(),
        status.Expiration,
        status.LastRefresh,
        status.NextRefresh,
        status.FailuresInARow,
        status.LastError?.Id,
        status.LastError?.Message,
        status.LastError?.Remedy,
        refreshes);
}
