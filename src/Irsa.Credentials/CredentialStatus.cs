using System.Text.Json.Serialization;

namespace Irsa.Credentials;

/// <summary>
/// What an operator wants to know about a provider, as of one moment. Immutable; holds no secret. The session is described until the next
/// one replaces it, also when it has expired or a service has rejected it; after disposal no longer.
/// </summary>
public sealed record CredentialStatus
{
    /// <summary>Gets whether credentials are usable, and whether their refresh works.</summary>
    public required CredentialState State { get; init; }

    /// <summary>Gets the role that is asked for or, where EKS Pod Identity gives one that nobody has named, the name of that source.</summary>
    public required string RoleArn { get; init; }

    /// <summary>Gets the session that STS granted, as it appears in CloudTrail; null before the first success, and where EKS Pod Identity gave it and no role is expected.</summary>
    public string? AssumedRoleArn { get; init; }

    /// <summary>Gets the session's name; null before the first success.</summary>
    public string? SessionName { get; init; }

    /// <summary>Gets when the credentials were received; null before the first success.</summary>
    public DateTimeOffset? LastRefresh { get; init; }

    /// <summary>Gets when the credentials expire by STS's clock; null before the first success.</summary>
    public DateTimeOffset? Expiration { get; init; }

    /// <summary>
    /// Gets when the next exchange starts in the background, with or without traffic; null while none is planned. When no credentials are
    /// usable, a caller may start one sooner: <see cref="LastError"/> says when.
    /// </summary>
    public DateTimeOffset? NextRefresh { get; init; }

    /// <summary>Gets the failed exchanges since the last success; those of the first role when only its refresh fails.</summary>
    public int FailuresInARow { get; init; }

    /// <summary>
    /// Gets the newest failure since the last success; null without one. With <see cref="IrsaOptions.AssumeRole"/> this is the first
    /// role's failure when only its refresh fails: the second session still lives, but its own refresh will fail too. System.Text.Json leaves
    /// it out, because it cannot write exceptions.
    /// </summary>
    [JsonIgnore]
    public IrsaException? LastError { get; init; }
}
