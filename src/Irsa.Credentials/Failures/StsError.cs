namespace Irsa.Credentials.Failures;

/// <summary>The error that STS, or another server in its place, answered with. Redacted, but not escaped.</summary>
internal sealed record StsError(string? ErrorCode, string? Sentence, int? HttpStatus, string? RequestId)
{
    /// <summary>Gets the response's <c>Date</c>; null without one.</summary>
    public DateTimeOffset? Date { get; init; }
}
