namespace Irsa.Credentials;

/// <summary>
/// A second role, assumed with the credentials of the first, for a role that trusts only the first. Where the second role's account can
/// have an OIDC provider for the cluster, name the role in <see cref="IrsaOptions.RoleArn"/> instead: that needs no second hop and has no
/// one-hour limit.
/// </summary>
public sealed class AssumeRoleOptions
{
    /// <summary>Gets or sets the ARN of the second role. Required.</summary>
    public string? RoleArn { get; set; }

    /// <summary>Gets or sets the external id that the second role's trust policy asks for.</summary>
    /// <value>2 to 1,224 characters, not blank; null, the default, for none.</value>
    public string? ExternalId { get; set; }

    /// <summary>Gets or sets the session name of the second hop.</summary>
    /// <value>2 to 64 ASCII letters, digits and <c>_+=,.@-</c>; the default is the session name of the first hop.</value>
    public string? RoleSessionName { get; set; }

    /// <summary>Gets or sets how long the second session lives.</summary>
    /// <value>
    /// 15 minutes to 1 hour, the default being 1 hour. AWS refuses more for a chained role, whatever the role's own maximum
    /// (<see href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining"/>).
    /// </value>
    public TimeSpan? SessionDuration { get; set; }

    /// <summary>Gets the session tags, key to value; at most 50. The second role's trust policy must allow <c>sts:TagSession</c>.</summary>
    public IDictionary<string, string> Tags { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
