using System.Globalization;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials;

/// <summary>
/// What an error id means in general: the text of docs/errors.md and of the command <c>irsa explain</c>. An <see cref="IrsaException"/> says
/// more, because it knows the values.
/// </summary>
public sealed record IrsaErrorExplanation
{
    internal IrsaErrorExplanation(IrsaErrorCode code, string title, string cause, string remedy)
    {
        Code = code;
        Title = title;
        Cause = cause;
        Remedy = remedy;
    }

    /// <summary>Gets the explanations of all ids, in their order.</summary>
    public static IReadOnlyList<IrsaErrorExplanation> All => ErrorCatalog.All;

    /// <summary>Gets the code.</summary>
    public IrsaErrorCode Code { get; }

    /// <summary>Gets the id as it is written in logs, for instance <c>IRSA301</c>.</summary>
    public string Id => string.Create(CultureInfo.InvariantCulture, $"IRSA{(int)Code}");

    /// <summary>Gets what was seen, in a few words.</summary>
    public string Title { get; }

    /// <summary>Gets why this usually happens.</summary>
    public string Cause { get; }

    /// <summary>Gets what to do.</summary>
    public string Remedy { get; }

    /// <summary>Gets the explanation of a code.</summary>
    /// <param name="code">Any code except <see cref="IrsaErrorCode.None"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The code has no explanation.</exception>
    public static IrsaErrorExplanation For(IrsaErrorCode code) =>
        ErrorCatalog.Find(code) ?? throw new ArgumentOutOfRangeException(nameof(code), code, "This error code has no explanation.");

    /// <summary>Finds the explanation of an id, as a person types it.</summary>
    /// <param name="id">For instance <c>IRSA301</c>, <c>irsa301</c> or <c>301</c>.</param>
    /// <returns>The explanation; null if no such id exists.</returns>
    public static IrsaErrorExplanation? Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        var number = id.Trim();
        number = number.StartsWith("IRSA", StringComparison.OrdinalIgnoreCase) ? number[4..] : number;
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? ErrorCatalog.Find((IrsaErrorCode)code) : null;
    }

    /// <summary>A failure that waiting does not end.</summary>
    internal Failure Permanent(string message, string? remedy = null) => new(Code, IsPermanent: true, message, remedy ?? Remedy);

    /// <summary>A failure that may pass.</summary>
    internal Failure Transient(string message, string? remedy = null) => new(Code, IsPermanent: false, message, remedy ?? Remedy);
}
