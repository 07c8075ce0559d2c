using System.Globalization;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Configuration;

/// <summary>Collects everything that is wrong with the settings, in the order in which a person would look.</summary>
internal sealed class ValidationErrors
{
    private readonly List<Failure> _found;

    /// <param name="earlier">What was wrong before; it comes first.</param>
    public ValidationErrors(IReadOnlyList<Failure> earlier) => _found = [.. earlier];

    public IReadOnlyList<Failure> Found => _found;

    public void Add(Failure failure) => _found.Add(failure);

    /// <param name="option">The property's name.</param>
    /// <param name="seen">Its value, as the rest of a sentence.</param>
    /// <param name="allowed">What it must be, as the rest of a sentence.</param>
    public void Option(string option, string seen, string allowed) => Add(ConfigurationFailures.InvalidOption(option, seen, allowed));

    public void Range(string option, TimeSpan? value, TimeSpan minimum, TimeSpan maximum)
    {
        if (value < minimum || value > maximum)
        {
            Option(option, Text(value.Value), $"{Text(minimum)} to {Text(maximum)}");
        }
    }

    /// <summary>As configuration files write it: hh:mm:ss.</summary>
    public static string Text(TimeSpan value) => value.ToString("c", CultureInfo.InvariantCulture);
}
