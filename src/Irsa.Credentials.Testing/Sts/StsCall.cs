using System.Globalization;

namespace Irsa.Credentials.Testing;

/// <summary>One request that STS received.</summary>
public sealed record StsCall
{
    internal StsCall()
    {
    }

    /// <summary>Gets the operation, such as <c>AssumeRoleWithWebIdentity</c>.</summary>
    public required string Action { get; init; }

    /// <summary>Gets the requested role; null if the request names none.</summary>
    public string? RoleArn { get; init; }

    /// <summary>Gets the requested session name; null if the request names none.</summary>
    public string? RoleSessionName { get; init; }

    /// <summary>Gets the requested duration in seconds; null if the request has none or one that is not a number.</summary>
    public int? DurationSeconds { get; init; }

    /// <summary>Gets the <c>jti</c> claim of the token; null if there is no readable token. The token itself is not kept.</summary>
    public string? TokenId { get; init; }

    /// <summary>Gets the time at which the request arrived, by the clock of the server.</summary>
    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Gets the requested session policy; null without one.</summary>
    public string? Policy { get; init; }

    /// <summary>Gets the ARNs of the requested managed session policies, in order.</summary>
    public IReadOnlyList<string> PolicyArns { get; init; } = [];

    /// <summary>Gets the requested session tags, key to value.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the keys of the tags that further roles inherit, in order.</summary>
    public IReadOnlyList<string> TransitiveTagKeys { get; init; } = [];

    /// <summary>Gets the requested source identity; null without one.</summary>
    public string? SourceIdentity { get; init; }

    /// <summary>Returns operation, role, session name, duration and policies in one line.</summary>
    public override string ToString()
    {
        string?[] parts =
        [
            RoleArn is null ? null : $"role {RoleArn}",
            RoleSessionName is null ? null : $"session name {RoleSessionName}",
            DurationSeconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"{seconds} s") : null,
            Policy is null ? null : $"policy {Policy}",
            PolicyArns.Count == 0 ? null : $"policies {string.Join(' ', PolicyArns)}",
            Tags.Count == 0 ? null : $"tags {string.Join(' ', Tags.Select(static tag => $"{tag.Key}={tag.Value}"))}",
        ];
        var asked = string.Join(", ", parts.OfType<string>());
        return asked.Length == 0 ? Action : $"{Action}: {asked}";
    }
}
