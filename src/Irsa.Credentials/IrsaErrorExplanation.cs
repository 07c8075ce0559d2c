using System.Globalization;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials;

/// <summary>
/// What an id means in general: the same text as in the README's table of errors. An <see cref="IrsaException"/> says more, because it
/// knows what was seen.
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

    /// <summary>Gets every explanation, in the order of the ids.</summary>
    public static IReadOnlyList<IrsaErrorExplanation> All => ErrorCatalog.Rows;

    /// <summary>Gets the code.</summary>
    public IrsaErrorCode Code { get; }

    /// <summary>Gets the id as it is written in logs, for instance <c>IRSA301</c>.</summary>
    public string Id => string.Create(CultureInfo.InvariantCulture, $"IRSA{(int)Code}");

    /// <summary>Gets what was seen, in half a line.</summary>
    public string Title { get; }

    /// <summary>Gets why this happens.</summary>
    public string Cause { get; }

    /// <summary>Gets the next step.</summary>
    public string Remedy { get; }

    /// <summary>The explanation of a code.</summary>
    /// <param name="code">Any code but <see cref="IrsaErrorCode.None"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such code.</exception>
    public static IrsaErrorExplanation For(IrsaErrorCode code) =>
        ErrorCatalog.Find(code) ?? throw new ArgumentOutOfRangeException(nameof(code), code, "There is no such error code.");

    /// <summary>Finds the explanation of an id as a person types it.</summary>
    /// <param name="id">For instance <c>IRSA301</c>, <c>irsa301</c> or <c>301</c>.</param>
    /// <returns>Null when there is no such id.</returns>
    public static IrsaErrorExplanation? Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        var number = id.Trim();
        number = number.StartsWith("IRSA", StringComparison.OrdinalIgnoreCase) ? number[4..] : number;
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? ErrorCatalog.Find((IrsaErrorCode)code) : null;
    }
}
