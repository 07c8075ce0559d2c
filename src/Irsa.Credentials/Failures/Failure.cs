using System.Globalization;
using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Failures;

/// <summary>
/// Why there are no credentials. Travels unchanged from where it is seen to the caller, the log, the metrics and the health check. Made by the
/// catalog only (<see cref="ErrorCatalog"/>), so that an id has one text everywhere.
/// </summary>
internal sealed record Failure(IrsaErrorCode Code, bool IsPermanent, string Message, string Remedy)
{
    public string Id { get; } = FormattableString.Invariant($"IRSA{(int)Code}");

    /// <summary>Gets what was seen and why it usually happens, in one line.</summary>
    public string Message { get; init => field = DisplayText.Escape(value); } = DisplayText.Escape(Message);

    /// <summary>Gets what to do. It may hold a document of several lines at its end.</summary>
    public string Remedy { get; init => field = DisplayText.EscapeLines(value); } = DisplayText.EscapeLines(Remedy);

    public StsError? Sts { get; init; }

    public string? RoleArn { get; init; }

    public string? Endpoint { get; init; }

    public TokenClaims? Token { get; init; }

    public int Attempts { get; init; }

    public Exception? Cause { get; init; }

    /// <summary>Gets message and remedy, without the id.</summary>
    public string Words => $"{Message} {Remedy}";

    /// <summary>Several failures that were found at once, as one: the first gives the id.</summary>
    public static Failure Combine(IReadOnlyList<Failure> failures) => failures is [var only]
        ? only
        : failures[0] with
        {
            Message = $"{failures.Count} errors were found. {string.Join(' ', failures.Select(static (failure, index) => $"({index + 1}) {failure}"))}",
            Remedy = "Correct each as described.",
        };

    public Failure In(ExchangeContext context) => this with
    {
        RoleArn = context.RoleArn,
        Endpoint = context.Endpoint,
        Token = context.Token,
        Attempts = context.Attempts,
    };

    public string Describe(DateTimeOffset? nextRetry) => nextRetry is { } next
        ? string.Create(CultureInfo.InvariantCulture, $"{Id}: {Message} The library tries again at {next:HH:mm:ss} UTC. {Remedy}")
        : $"{Id}: {Words}";

    public IrsaException ToException(DateTimeOffset? nextRetry = null) => new(this, nextRetry);

    public override string ToString() => Describe(null);
}
