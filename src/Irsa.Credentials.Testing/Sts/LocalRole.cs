namespace Irsa.Credentials.Testing;

/// <summary>A role that exists in the local IAM.</summary>
internal sealed record LocalRole(string Arn, string TrustPolicyJson, TimeSpan MaxSessionDuration)
{
    public string Account => Arn.Split(':')[4];

    public string Name => Arn[(Arn.LastIndexOf('/') + 1)..];
}
