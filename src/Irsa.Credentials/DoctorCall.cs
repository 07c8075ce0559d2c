using Amazon.Runtime;

namespace Irsa.Credentials;

/// <summary>
/// A harmless call to a service, which the last check of <see cref="IrsaDoctor"/> makes. The earlier checks answer "who am I", this one "may I".
/// </summary>
public sealed class DoctorCall
{
    /// <param name="description">What the call does, for instance <c>s3:ListBucket on my-bucket</c>.</param>
    /// <param name="permission">What the role's policy must allow, for instance <c>s3:ListBucket on arn:aws:s3:::my-bucket</c>.</param>
    /// <param name="callAsync">Makes the call with the issued credentials. The check reports what it throws.</param>
    public DoctorCall(string description, string permission, Func<AWSCredentials, CancellationToken, Task> callAsync)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(description);
        ArgumentException.ThrowIfNullOrWhiteSpace(permission);
        ArgumentNullException.ThrowIfNull(callAsync);
        Description = description;
        Permission = permission;
        CallAsync = callAsync;
    }

    /// <summary>Gets what the call does.</summary>
    public string Description { get; }

    /// <summary>Gets what the role's policy must allow.</summary>
    public string Permission { get; }

    internal Func<AWSCredentials, CancellationToken, Task> CallAsync { get; }
}
