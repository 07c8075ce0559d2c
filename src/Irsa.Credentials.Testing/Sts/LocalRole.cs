namespace Irsa.Credentials.Testing;

/// <summary>A role of the local IAM.</summary>
internal sealed class LocalRole
{
    public LocalRole(LocalRoleArn arn, TrustPolicyDocument trustPolicy, TimeSpan maxSessionDuration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSessionDuration, TimeSpan.FromHours(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxSessionDuration, TimeSpan.FromHours(12));
        Arn = arn;
        TrustPolicy = trustPolicy;
        MaxSessionDuration = maxSessionDuration;
    }

    public LocalRoleArn Arn { get; }

    public TrustPolicyDocument TrustPolicy { get; }

    public TimeSpan MaxSessionDuration { get; }
}
