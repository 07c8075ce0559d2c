namespace Irsa.Credentials.Testing;

/// <summary>One call that STS received, for a test to look at.</summary>
/// <param name="Action">The operation, such as <c>AssumeRoleWithWebIdentity</c>.</param>
/// <param name="RoleArn">The role asked for.</param>
/// <param name="RoleSessionName">The session name asked for.</param>
/// <param name="DurationSeconds">The duration asked for; null where none was.</param>
/// <param name="TokenId">The token's <c>jti</c>; the token itself is not kept.</param>
/// <param name="ReceivedAt">When it came, by the server's clock.</param>
public sealed record StsCall(string Action, string? RoleArn, string? RoleSessionName, int? DurationSeconds, string? TokenId, DateTimeOffset ReceivedAt)
{
    /// <summary>Gets the session policy asked for; null where none was.</summary>
    public string? Policy { get; init; }

    /// <summary>Gets the managed session policies asked for, in order.</summary>
    public IReadOnlyList<string> PolicyArns { get; init; } = [];

    /// <summary>Gets the session tags asked for, key to value.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}
