using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Refresh;

/// <summary>How an attempt ended: with credentials, with a failure, or, with neither, by disposal.</summary>
internal readonly record struct RefreshResult(CredentialSnapshot? Snapshot, Failure? Failure, DateTimeOffset? NextRetry, object? InputVersion = null);
