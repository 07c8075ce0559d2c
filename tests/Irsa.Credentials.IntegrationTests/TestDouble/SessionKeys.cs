namespace Irsa.Credentials.IntegrationTests.TestDouble;

/// <summary>What STS grants, for requests that are signed by hand.</summary>
internal sealed record SessionKeys(string AccessKeyId, string SecretAccessKey, string? SessionToken);
