namespace Irsa.Credentials.Testing;

/// <summary>One set of temporary credentials that the local STS handed out, as the local S3 verifies it.</summary>
internal sealed record IssuedSession(
    string AccessKeyId,
    string SecretAccessKey,
    string SessionToken,
    LocalRoleArn Role,
    string AssumedRoleArn,
    string AssumedRoleId,
    DateTimeOffset Expiration)
{
    /// <summary>Never prints the keys: records print every member by default.</summary>
    public override string ToString() => $"{AssumedRoleArn}, expires {Expiration:O}";
}
