namespace Irsa.Credentials.Testing;

/// <summary>What a fault changes in an otherwise ordinary answer of STS.</summary>
internal sealed class ResponseOverrides
{
    public LocalRoleArn? Role { get; set; }

    public TimeSpan? Lifetime { get; set; }

    public TimeSpan LifetimeShift { get; set; }
}
