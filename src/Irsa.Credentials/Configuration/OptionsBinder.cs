using System.Globalization;
using System.Xml;
using Irsa.Credentials.Failures;
using Microsoft.Extensions.Configuration;

namespace Irsa.Credentials.Configuration;

/// <summary>
/// Reads options from configuration without reflection. A key that no option has, or a value that does not parse, is an error: a typo must
/// not silently leave a default in force. A section may hold more than it should, a secret for instance, so an error shows the value only
/// of an option that holds a time, a number, a name of a list or an address.
/// </summary>
internal sealed class OptionsBinder
{
    private readonly IrsaOptions _options;
    private readonly Func<string, bool> _isOtherSection;
    private readonly List<string> _faults = [];
    private readonly List<string> _unknown = [];

    private OptionsBinder(IrsaOptions options, Func<string, bool> isOtherSection)
    {
        _options = options;
        _isOtherSection = isOtherSection;
    }

    /// <summary>Sets what the section says. A list of the section replaces what the option has, so repeating it changes nothing.</summary>
    /// <param name="section">The section.</param>
    /// <param name="options">Its target.</param>
    /// <param name="isOtherSection">Whether a section of that name below this one belongs to somebody else.</param>
    /// <returns>What is wrong (IRSA109); null where nothing is.</returns>
    public static Failure? Bind(IConfiguration section, IrsaOptions options, Func<string, bool> isOtherSection)
    {
        var binder = new OptionsBinder(options, isOtherSection);
        foreach (var entry in section.GetChildren())
        {
            binder.Set(entry);
        }

        return binder.Failure(section);
    }

    private Failure? Failure(IConfiguration section)
    {
        if (_unknown.Count > 0 && section is not IConfigurationSection)
        {
            return ConfigurationFailures.ConfigurationRoot(_unknown.Count);
        }

        if (_unknown.Count > 0)
        {
            _faults.Add($"no option has the key {string.Join(" or ", _unknown.Take(10))}{(_unknown.Count > 10 ? $", nor {_unknown.Count - 10} other keys" : string.Empty)}");
        }

        return _faults.Count == 0 ? null : ConfigurationFailures.UnreadableSection(_faults);
    }

    private void Set(IConfigurationSection entry)
    {
        switch (entry.Key.ToUpperInvariant())
        {
            case "SOURCE": Name<CredentialSource>(entry, value => _options.Source = value); break;
            case "ROLEARN": Text(entry, value => _options.RoleArn = value); break;
            case "WEBIDENTITYTOKENFILE": Text(entry, value => _options.WebIdentityTokenFile = value); break;
            case "CONTAINERCREDENTIALSURI": Address(entry, value => _options.ContainerCredentialsUri = value); break;
            case "CONTAINERTOKENFILE": Text(entry, value => _options.ContainerTokenFile = value); break;
            case "DEVELOPERPROFILE": Text(entry, value => _options.DeveloperProfile = value); break;
            case "ROLESESSIONNAME": Text(entry, value => _options.RoleSessionName = value); break;
            case "REGION": Text(entry, value => _options.Region = value); break;
            case "STSENDPOINT": Address(entry, value => _options.StsEndpoint = value); break;
            case "ALLOWUNENCRYPTEDSTS": Switch(entry, value => _options.AllowUnencryptedSts = value); break;
            case "SESSIONDURATION": Time(entry, value => _options.SessionDuration = value); break;
            case "SESSIONPOLICY": Text(entry, value => _options.SessionPolicy = value); break;
            case "SESSIONPOLICYARNS": List(entry, _options.SessionPolicyArns); break;
            case "REFRESHATFRACTION": Number(entry, value => _options.RefreshAtFraction = value); break;
            case "EXPIRYMARGIN": Time(entry, value => _options.ExpiryMargin = value); break;
            case "ATTEMPTTIMEOUT": Time(entry, value => _options.AttemptTimeout = value); break;
            case "EXCHANGETIMEOUT": Time(entry, value => _options.ExchangeTimeout = value); break;
            case "MAXATTEMPTS": Count(entry, value => _options.MaxAttempts = value); break;
            case "WHENNOTINJECTED": Name<NotInjectedBehavior>(entry, value => _options.WhenNotInjected = value); break;
            case "WARMUPATSTART": Name<WarmUpBehavior>(entry, value => _options.WarmUpAtStart = value); break;
            case "ASSUMEROLE": Section(entry, child => SetRole(child, _options.AssumeRole ??= new AssumeRoleOptions())); break;
            case var _ when HasChildren(entry) && _isOtherSection(entry.Key): break;
            default: Unknown(entry); break;
        }
    }

    private void SetRole(IConfigurationSection entry, AssumeRoleOptions role)
    {
        switch (entry.Key.ToUpperInvariant())
        {
            case "ROLEARN": Text(entry, value => role.RoleArn = value); break;
            case "EXTERNALID": Text(entry, value => role.ExternalId = value); break;
            case "ROLESESSIONNAME": Text(entry, value => role.RoleSessionName = value); break;
            case "SESSIONDURATION": Time(entry, value => role.SessionDuration = value); break;
            case "SOURCEIDENTITY": Text(entry, value => role.SourceIdentity = value); break;
            case "TRANSITIVETAGKEYS": List(entry, role.TransitiveTagKeys); break;
            case "TAGS": Section(entry, tag => Text(tag, value => role.Tags[tag.Key] = value ?? string.Empty)); break;
            default: Unknown(entry); break;
        }
    }

    private static bool HasChildren(IConfigurationSection entry) => entry.GetChildren().Any();

    private void Unknown(IConfigurationSection entry) => _unknown.Add(DisplayText.Escape(entry.Path));

    private void Text(IConfigurationSection entry, Action<string?> set)
    {
        if (HasChildren(entry))
        {
            _faults.Add($"{DisplayText.Escape(entry.Path)} is a list or section; it must be one value");
        }
        else
        {
            set(entry.Value);
        }
    }

    private void Time(IConfigurationSection entry, Action<TimeSpan> set)
    {
        TimeSpan time = default;
        Parse(entry, "a time such as 01:00:00 or PT1H", value => TryTime(value, out time), () => set(time));
    }

    private void Number(IConfigurationSection entry, Action<double> set)
    {
        double number = default;
        Parse(entry, "a number such as 0.5", value => double.TryParse(value, CultureInfo.InvariantCulture, out number), () => set(number));
    }

    private void Switch(IConfigurationSection entry, Action<bool> set)
    {
        var isOn = false;
        Parse(entry, "true or false", value => bool.TryParse(value, out isOn), () => set(isOn));
    }

    private void Count(IConfigurationSection entry, Action<int> set)
    {
        int count = default;
        Parse(entry, "a whole number such as 4", value => int.TryParse(value, CultureInfo.InvariantCulture, out count), () => set(count));
    }

    private void Address(IConfigurationSection entry, Action<Uri> set)
    {
        Uri? address = null;
        Parse(entry, "an address such as https://sts.eu-central-1.amazonaws.com", value => Uri.TryCreate(value, UriKind.Absolute, out address), () => set(address!));
    }

    private void Name<T>(IConfigurationSection entry, Action<T> set)
        where T : struct, Enum
    {
        T name = default;
        Parse(
            entry,
            string.Join(" or ", Enum.GetNames<T>()),
            value => Array.Exists(Enum.GetNames<T>(), known => known.Equals(value, StringComparison.OrdinalIgnoreCase)) && Enum.TryParse(value, ignoreCase: true, out name),
            () => set(name));
    }

    private void List(IConfigurationSection entry, IList<string> list)
    {
        var items = entry.GetChildren().ToList();
        if (items.Count == 0 && !string.IsNullOrEmpty(entry.Value))
        {
            _faults.Add($"{DisplayText.Escape(entry.Path)} is one value; it must be a list, whose first item is {entry.Key}:0");
            return;
        }

        if (items.Exists(static item => string.IsNullOrEmpty(item.Value) || HasChildren(item)))
        {
            _faults.Add($"{DisplayText.Escape(entry.Path)} has an item that is empty, a list or a section; each item must be one value");
            return;
        }

        if (items.Count > 0)
        {
            list.Clear();
            items.ForEach(item => list.Add(item.Value!));
        }
    }

    /// <summary>An empty list or section of a JSON file has the empty value.</summary>
    private void Section(IConfigurationSection entry, Action<IConfigurationSection> set)
    {
        if (!string.IsNullOrEmpty(entry.Value))
        {
            _faults.Add($"{DisplayText.Escape(entry.Path)} is one value; it must be a section");
            return;
        }

        foreach (var child in entry.GetChildren())
        {
            set(child);
        }
    }

    private void Parse(IConfigurationSection entry, string allowed, Func<string, bool> tryParse, Action set)
    {
        if (HasChildren(entry))
        {
            _faults.Add($"{DisplayText.Escape(entry.Path)} is a list or section; it must be {allowed}");
        }
        else if (entry.Value is { } value && tryParse(value))
        {
            set();
        }
        else
        {
            _faults.Add($"{DisplayText.Escape(entry.Path)} is {Shown(entry.Value ?? string.Empty)}; it must be {allowed}");
        }
    }

    private static string Shown(string value) => RedactedUri.MayHoldPassword(value)
        ? "a value that is not shown, because it may contain a password"
        : SecretRedactor.QuoteAscii(value);

    /// <summary>.NET reads a bare number, and "24:00:00", as days. Nobody means that.</summary>
    private static bool TryTime(string value, out TimeSpan time)
    {
        time = default;
        if (value.StartsWith("PT", StringComparison.Ordinal))
        {
            try
            {
                time = XmlConvert.ToTimeSpan(value);
                return true;
            }
            catch (Exception exception) when (exception is FormatException or OverflowException)
            {
                return false;
            }
        }

        return value.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParseExact(value, "c", CultureInfo.InvariantCulture, out time);
    }
}
