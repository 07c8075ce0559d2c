namespace Irsa.Credentials.Testing;

/// <summary>Options of a <see cref="LocalAws"/>.</summary>
public sealed class LocalAwsOptions
{
    /// <summary>The longest delay of a .NET timer, in whole days.</summary>
    internal static readonly TimeSpan LongestDelay = TimeSpan.FromDays(49);

    /// <summary>Gets or sets the ARN of the role that exists from the start.</summary>
    /// <value>Injected as <c>AWS_ROLE_ARN</c>. The default is <c>arn:aws:iam::111122223333:role/local-app</c>.</value>
    public string RoleArn { get; set; } = "arn:aws:iam::111122223333:role/local-app";

    /// <summary>Gets or sets the region that requests must be signed for.</summary>
    /// <value>Injected as <c>AWS_REGION</c>. The default is <c>eu-central-1</c>.</value>
    public string Region { get; set; } = "eu-central-1";

    /// <summary>Gets or sets the Kubernetes namespace of the service account.</summary>
    /// <value>The default is <c>default</c>.</value>
    public string Namespace { get; set; } = "default";

    /// <summary>Gets or sets the name of the service account.</summary>
    /// <value>The default is <c>app</c>.</value>
    public string ServiceAccount { get; set; } = "app";

    /// <summary>Gets or sets the name of the pod, which becomes the role session name.</summary>
    /// <value>The default is <c>app-0</c>.</value>
    public string PodName { get; set; } = "app-0";

    /// <summary>Gets or sets the lifetime of a token.</summary>
    /// <value>1 second to 49 days; the default is 24 hours, the lifetime that the EKS webhook requests.</value>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Gets or sets the interval at which the token file is replaced.</summary>
    /// <value>Above 0, up to 49 days. The default, null, is 80 % of <see cref="TokenLifetime"/>, the interval of the kubelet.</value>
    public TimeSpan? TokenRotation { get; set; }

    /// <summary>Gets or sets the file mode of the token file on Unix.</summary>
    /// <value>The default is 0644, which the kubelet uses where neither <c>fsGroup</c> nor <c>runAsUser</c> is set.</value>
    public UnixFileMode TokenFileMode { get; set; } = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Gets or sets the directory that keeps buckets and objects when the server restarts.</summary>
    /// <value>The default is null: buckets and objects are deleted with the server.</value>
    public string? ObjectFolder { get; set; }

    /// <summary>Gets the names of the buckets that exist from the start.</summary>
    public IList<string> Buckets { get; } = [];

    /// <summary>Gets or sets the clock of all services.</summary>
    /// <value>The default is the clock of the system.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal TimeSpan RotationInterval => TokenRotation ?? (0.8 * TokenLifetime);

    /// <exception cref="ArgumentException">Options are invalid; the message names each of them.</exception>
    internal void Validate()
    {
        var errors = new List<string>();
        Require(RoleArn is not null && LocalRoleArn.TryParse(RoleArn, out _), nameof(RoleArn), RoleArn, "an IAM role ARN such as arn:aws:iam::111122223333:role/app");
        foreach (var (name, value) in new[] { (nameof(Region), Region), (nameof(Namespace), Namespace), (nameof(ServiceAccount), ServiceAccount), (nameof(PodName), PodName) })
        {
            Require(!string.IsNullOrWhiteSpace(value), name, value, "a name, not blank");
        }

        Require(TokenLifetime >= TimeSpan.FromSeconds(1) && TokenLifetime <= LongestDelay, nameof(TokenLifetime), TokenLifetime, "between 1 second and 49 days");
        Require(TokenRotation is null || (TokenRotation > TimeSpan.Zero && TokenRotation <= LongestDelay), nameof(TokenRotation), TokenRotation, "above 0 and up to 49 days, or null");
        Require(TimeProvider is not null, nameof(TimeProvider), TimeProvider, "a clock, not null");
        foreach (var bucket in Buckets)
        {
            Require(bucket is not null && BucketName.IsAllowed(bucket), nameof(Buckets), bucket, "a bucket name that S3 allows");
        }

        if (errors.Count > 0)
        {
            throw new ArgumentException($"LocalAws cannot start with these options: {string.Join("; ", errors)}.");
        }

        void Require(bool isValid, string name, object? value, string expected)
        {
            if (!isValid)
            {
                errors.Add($"{name} is {(value is null ? "null" : $"'{value}'")}, but must be {expected}");
            }
        }
    }
}
