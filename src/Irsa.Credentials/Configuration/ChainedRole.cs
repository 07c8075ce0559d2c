namespace Irsa.Credentials.Configuration;

/// <summary>The second role, valid.</summary>
internal sealed record ChainedRole(
    string RoleArn,
    string? ExternalId,
    string? RoleSessionName,
    TimeSpan? SessionDuration,
    IReadOnlyDictionary<string, string> Tags);
