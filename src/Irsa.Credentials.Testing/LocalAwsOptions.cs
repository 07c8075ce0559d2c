namespace Irsa.Credentials.Testing;

/// <summary>How a <see cref="LocalAws"/> is set up.</summary>
public sealed class LocalAwsOptions
{
    /// <summary>What a timer of .NET can still wait for, in whole days.</summary>
    internal static readonly TimeSpan LongestWait = TimeSpan.FromDays(49);

    /// <summary>Gets or sets the role that exists from the start and is injected.</summary>
    /// <value>The default is <c>arn:aws:iam::111122223333:role/local-app</c>.</value>
    public string RoleArn { get; set; } = "arn:aws:iam::111122223333:role/local-app";

    /// <summary>Gets or sets the region that the services expect signatures for.</summary>
    /// <value>The default is <c>eu-central-1</c>.</value>
    public string Region { get; set; } = "eu-central-1";

    /// <summary>Gets or sets the service account's namespace.</summary>
    /// <value>The default is <c>default</c>.</value>
    public string Namespace { get; set; } = "default";

    /// <summary>Gets or sets the service account's name.</summary>
    /// <value>The default is <c>app</c>.</value>
    public string ServiceAccount { get; set; } = "app";

    /// <summary>Gets or sets the pod's name, which ends up as the session name.</summary>
    /// <value>The default is <c>app-0</c>.</value>
    public string PodName { get; set; } = "app-0";

    /// <summary>Gets or sets how long a token lives.</summary>
    /// <value>The default is 24 hours, as the webhook asks for; 1 second to 49 days.</value>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Gets or sets how often the token file is replaced.</summary>
    /// <value>The default, null, is 80 % of <see cref="TokenLifetime"/>, as the kubelet does; else above 0, up to 49 days.</value>
    public TimeSpan? TokenRotation { get; set; }

    /// <summary>Gets or sets the file mode of the token on Unix.</summary>
    /// <value>The default is 0644, the kubelet's where neither <c>fsGroup</c> nor <c>runAsUser</c> is set.</value>
    public UnixFileMode TokenFileMode { get; set; } = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Gets or sets the folder that keeps the objects over a restart.</summary>
    /// <value>The default, null, keeps them only as long as the server runs.</value>
    public string? ObjectFolder { get; set; }

    /// <summary>Gets the buckets that exist from the start.</summary>
    public IList<string> Buckets { get; } = [];

    /// <summary>Gets or sets the clock of all services.</summary>
    /// <value>The default is the system's.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal TimeSpan RotationInterval => TokenRotation ?? (0.8 * TokenLifetime);

    /// <exception cref="ArgumentException">Something cannot be used; names all of it.</exception>
    internal void Judge()
    {
        var faults = new List<string>();
        Demand(RoleArn is not null && LocalRoleArn.TryParse(RoleArn, out _), nameof(RoleArn), RoleArn, "a role's ARN, such as arn:aws:iam::111122223333:role/app");
        foreach (var (name, value) in new[] { (nameof(Region), Region), (nameof(Namespace), Namespace), (nameof(ServiceAccount), ServiceAccount), (nameof(PodName), PodName) })
        {
            Demand(!string.IsNullOrWhiteSpace(value), name, value, "a name");
        }

        Demand(TokenLifetime >= TimeSpan.FromSeconds(1) && TokenLifetime <= LongestWait, nameof(TokenLifetime), TokenLifetime, "1 second to 49 days");
        Demand(TokenRotation is null || (TokenRotation > TimeSpan.Zero && TokenRotation <= LongestWait), nameof(TokenRotation), TokenRotation, "above 0, up to 49 days, or null");
        Demand(TimeProvider is not null, nameof(TimeProvider), TimeProvider, "a clock");
        foreach (var bucket in Buckets)
        {
            Demand(bucket is not null && BucketName.IsAllowed(bucket), nameof(Buckets), bucket, "bucket names that S3 allows");
        }

        if (faults.Count > 0)
        {
            throw new ArgumentException($"LocalAws cannot start with these options: {string.Join("; ", faults)}.");
        }

        void Demand(bool holds, string name, object? value, string wanted)
        {
            if (!holds)
            {
                faults.Add($"{name} is {(value is null ? "null" : $"'{value}'")}, but must be {wanted}");
            }
        }
    }
}
