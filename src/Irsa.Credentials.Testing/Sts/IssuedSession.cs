namespace Irsa.Credentials.Testing;

/// <summary>Temporary credentials that the local STS issued and the local S3 verifies.</summary>
internal sealed record IssuedSession(
    string AccessKeyId,
    string SecretAccessKey,
    string SessionToken,
    LocalRoleArn Role,
    string AssumedRoleArn,
    string AssumedRoleId,
    DateTimeOffset Expiration)
{
    /// <summary>Never prints the keys; by default a record prints every member.</summary>
    public override string ToString() => $"{AssumedRoleArn}, expires {Expiration:O}";
}
