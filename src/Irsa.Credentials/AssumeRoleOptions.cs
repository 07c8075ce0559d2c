namespace Irsa.Credentials;

/// <summary>
/// A second role, which trusts only the first and is assumed with its credentials. Where the second role's account can have an OIDC provider
/// for the cluster, name the role in <see cref="IrsaOptions.RoleArn"/> instead: that needs no second call and has no limit of one hour.
/// </summary>
public sealed class AssumeRoleOptions
{
    /// <summary>Gets or sets the ARN of the second role. Required.</summary>
    public string? RoleArn { get; set; }

    /// <summary>Gets or sets the external id that the second role's trust policy asks for.</summary>
    /// <value>2 to 1,224 characters, not blank; null, the default, for none.</value>
    public string? ExternalId { get; set; }

    /// <summary>Gets or sets the second role's session name.</summary>
    /// <value>2 to 64 ASCII letters, digits and <c>_+=,.@-</c>; the default is the first role's session name.</value>
    public string? RoleSessionName { get; set; }

    /// <summary>Gets or sets how long the second session lives.</summary>
    /// <value>
    /// 15 minutes to 1 hour; the default is 1 hour. AWS refuses more for a chained role, whatever the role's own maximum
    /// (<see href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining"/>).
    /// </value>
    public TimeSpan? SessionDuration { get; set; }

    /// <summary>Gets the session tags, key to value; at most 50. The second role's trust policy must allow <c>sts:TagSession</c>.</summary>
    public IDictionary<string, string> Tags { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Gets the keys of those <see cref="Tags"/> that every further role inherits, however long the chain; none by default. Tags that the first
    /// session passes on, as those of EKS Pod Identity do, are inherited in any case.
    /// </summary>
    public IList<string> TransitiveTagKeys { get; } = [];

    /// <summary>
    /// Gets or sets who stands behind the session: CloudTrail shows it for this role and for every further one, and nobody can change it
    /// afterwards. The second role's trust policy, and the first role's own policy, must allow <c>sts:SetSourceIdentity</c>.
    /// </summary>
    /// <value>2 to 64 ASCII letters, digits and <c>_+=,.@-</c>; null, the default, for none.</value>
    public string? SourceIdentity { get; set; }
}
