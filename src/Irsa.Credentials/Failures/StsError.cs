namespace Irsa.Credentials.Failures;

/// <summary>What STS, or whatever answered in its place, said.</summary>
internal sealed record StsError(string? ErrorCode, string? Sentence, int? HttpStatus, string? RequestId)
{
    /// <summary>Gets the time by its clock; null where it does not tell.</summary>
    public DateTimeOffset? Date { get; init; }
}
