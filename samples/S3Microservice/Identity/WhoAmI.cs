using Irsa.Credentials;

namespace S3Microservice.Identity;

/// <summary>
/// Whose credentials this service uses; nothing secret. <paramref name="Now"/> lets a reader with a wrong clock count down.
/// <paramref name="SimulatedSts"/> is what the STS of LocalAws does now; null where there is no LocalAws.
/// </summary>
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
    string? SimulatedSts,
    IReadOnlyList<Refresh> Refreshes)
{
    public static WhoAmI Of(CredentialStatus status, IReadOnlyList<Refresh> refreshes, string? simulatedSts, DateTimeOffset now) => new(
        now,
        status.RoleArn,
        status.AssumedRoleArn,
        status.SessionName,
        status.State.ToString(),
        HealthOf(status.State),
        status.Expiration,
        status.LastRefresh,
        status.NextRefresh,
        status.FailuresInARow,
        status.LastError?.Id,
        status.LastError?.Message,
        status.LastError?.Remedy,
        simulatedSts,
        refreshes);

    /// <summary>As the library's health check puts it.</summary>
    private static string HealthOf(CredentialState state) => state switch
    {
        CredentialState.Valid => "Healthy",
        CredentialState.RefreshFailing or CredentialState.Pending => "Degraded",
        _ => "Unhealthy",
    };
}
