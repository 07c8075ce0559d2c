using Irsa.Credentials;

namespace S3Microservice.Identity;

/// <summary>Whose credentials this service uses; nothing secret.</summary>
internal sealed record WhoAmI(
    string Role,
    string? AssumedRole,
    string? Session,
    string State,
    DateTimeOffset? Expiration,
    DateTimeOffset? LastRefresh,
    DateTimeOffset? NextRefresh,
    int FailuresInARow,
    string? ErrorId,
    string? Remedy)
{
    public static WhoAmI Of(CredentialStatus status) => new(
        status.RoleArn,
        status.AssumedRoleArn,
        status.SessionName,
        status.State.ToString(),
        status.Expiration,
        status.LastRefresh,
        status.NextRefresh,
        status.FailuresInARow,
        status.LastError?.Id,
        status.LastError?.Remedy);
}
