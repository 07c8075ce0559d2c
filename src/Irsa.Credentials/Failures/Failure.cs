using System.Globalization;
using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Failures;

/// <summary>
/// A classified reason: travels from where it is seen to the caller, the log, the metrics and the health check without being judged again.
/// </summary>
internal sealed record Failure(IrsaErrorCode Code, bool IsPermanent, string Message, string Remedy)
{
    public string Id { get; } = FormattableString.Invariant($"IRSA{(int)Code}");

    public StsError? Sts { get; init; }

    public string? RoleArn { get; init; }

    public string? Endpoint { get; init; }

    public TokenClaims? Token { get; init; }

    public int Attempts { get; init; }

    public Exception? Cause { get; init; }

    /// <summary>Gets cause and remedy, without the id.</summary>
    public string Words => $"{Message} {Remedy}";

    public string Describe(DateTimeOffset? nextRetry) => nextRetry is { } next
        ? string.Create(CultureInfo.InvariantCulture, $"{Id}: {Message} Next attempt at {next:HH:mm:ss} UTC. {Remedy}")
        : $"{Id}: {Words}";

    public IrsaException ToException(DateTimeOffset? nextRetry = null) => new(this, nextRetry);

    public override string ToString() => Describe(null);
}
