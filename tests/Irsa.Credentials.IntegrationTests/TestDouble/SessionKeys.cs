namespace Irsa.Credentials.IntegrationTests.TestDouble;

/// <summary>The keys of a session, for requests that are signed without an AWS client.</summary>
internal sealed record SessionKeys(string AccessKeyId, string SecretAccessKey, string? SessionToken);
