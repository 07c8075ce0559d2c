using System.Globalization;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Configuration;

/// <summary>Gathers what is wrong with the settings, each fault with what was seen, what is allowed and the next step.</summary>
internal sealed class ValidationErrors
{
    private readonly List<Failure> _found = [];

    public IReadOnlyList<Failure> Found => _found;

    public void Add(IrsaErrorCode code, string message, string remedy) => _found.Add(new Failure(code, IsPermanent: true, message, remedy));

    public void Option(string option, string seen, string allowed) =>
        Add(IrsaErrorCode.OptionInvalid, $"{option} is {seen}; it must be {allowed}.", $"Correct IrsaOptions.{option} or its configuration key.");

    public void Range(string option, TimeSpan? value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most)
        {
            Option(option, Span(value.Value), $"{Span(least)} to {Span(most)}");
        }
    }

    public static string Span(TimeSpan value) => value.ToString("c", CultureInfo.InvariantCulture);

    /// <summary>Control characters and foreign letters are what such a value often fails for, so they are shown as escapes.</summary>
    public static string Shown(string value)
    {
        var shown = string.Concat(value.Select(static c => c is < ' ' or > '~' ? $"\\u{(int)c:x4}" : c.ToString()));
        return shown.Length > 200 ? shown[..200] + "…" : shown;
    }
}
