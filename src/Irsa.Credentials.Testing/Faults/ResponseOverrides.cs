namespace Irsa.Credentials.Testing;

/// <summary>What a fault changes in an otherwise normal STS response.</summary>
internal sealed class ResponseOverrides
{
    public LocalRoleArn? Role { get; set; }

    public TimeSpan? Lifetime { get; set; }

    public TimeSpan LifetimeShift { get; set; }
}
