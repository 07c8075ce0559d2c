namespace Irsa.Credentials.Configuration;

/// <summary>The second role, valid.</summary>
internal sealed record ChainedRole(
    string RoleArn,
    string? ExternalId,
    string? RoleSessionName,
    TimeSpan? SessionDuration,
    IReadOnlyDictionary<string, string> Tags)
{
    public string? SourceIdentity { get; init; }

    /// <summary>Gets which of the tags a further role inherits.</summary>
    public IReadOnlyList<string> TransitiveTagKeys { get; init; } = [];
}
