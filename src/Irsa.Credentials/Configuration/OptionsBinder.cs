using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Irsa.Credentials.Configuration;

/// <summary>
/// Reads options from configuration without reflection. A key that no option has, or a value that does not parse, is an error: a typo
/// must not leave a default in force unseen.
/// </summary>
internal static class OptionsBinder
{
    /// <exception cref="IrsaException">A key or value is wrong (IRSA109); the message names every one.</exception>
    public static void Apply(IConfiguration section, IrsaOptions options)
    {
        var faults = section.GetChildren().SelectMany(entry => Unread(entry, options)).Select(Describe).ToList();
        if (faults.Count > 0)
        {
            throw Failures.ConfigurationFailures.UnreadableSection(faults).ToException();
        }
    }

    /// <summary>Sets what the entry says and returns what of it cannot be understood.</summary>
    private static IEnumerable<IConfigurationSection> Unread(IConfigurationSection entry, IrsaOptions options) => entry.Key.ToUpperInvariant() switch
    {
        "ASSUMEROLE" => Each(entry, child => Unread(child, options.AssumeRole ??= new AssumeRoleOptions())),
        "SESSIONPOLICYARNS" => Each(entry, item => UnlessValue(item, value => value is { Length: > 0 } arn && Add(arn, options.SessionPolicyArns))),
        var key => UnlessValue(entry, value => TrySet(key, value, options)),
    };

    private static IEnumerable<IConfigurationSection> Unread(IConfigurationSection entry, AssumeRoleOptions role) => entry.Key.ToUpperInvariant() switch
    {
        "TAGS" => Each(entry, tag => UnlessValue(tag, value => Set(role.Tags[tag.Key] = value ?? string.Empty))),
        var key => UnlessValue(entry, value => TrySet(key, value, role)),
    };

    /// <summary>An empty list or section of a JSON file has the empty value.</summary>
    private static IEnumerable<IConfigurationSection> Each(IConfigurationSection entry, Func<IConfigurationSection, IEnumerable<IConfigurationSection>> unread) =>
        entry.Value is { Length: > 0 } ? [entry] : entry.GetChildren().SelectMany(unread);

    private static IEnumerable<IConfigurationSection> UnlessValue(IConfigurationSection entry, Func<string?, bool> trySet) =>
        !entry.GetChildren().Any() && trySet(entry.Value) ? [] : [entry];

    private static bool TrySet(string key, string? value, IrsaOptions options) => key switch
    {
        "ROLEARN" => Set(options.RoleArn = value),
        "WEBIDENTITYTOKENFILE" => Set(options.WebIdentityTokenFile = value),
        "ROLESESSIONNAME" => Set(options.RoleSessionName = value),
        "REGION" => Set(options.Region = value),
        "STSENDPOINT" => Uri.TryCreate(value, UriKind.Absolute, out var uri) && Set(options.StsEndpoint = uri),
        "SESSIONDURATION" => TryTime(value, out var time) && Set(options.SessionDuration = time),
        "SESSIONPOLICY" => Set(options.SessionPolicy = value),
        "REFRESHATFRACTION" => double.TryParse(value, CultureInfo.InvariantCulture, out var number) && Set(options.RefreshAtFraction = number),
        "EXPIRYMARGIN" => TryTime(value, out var time) && Set(options.ExpiryMargin = time),
        "ATTEMPTTIMEOUT" => TryTime(value, out var time) && Set(options.AttemptTimeout = time),
        "EXCHANGETIMEOUT" => TryTime(value, out var time) && Set(options.ExchangeTimeout = time),
        "MAXATTEMPTS" => int.TryParse(value, CultureInfo.InvariantCulture, out var count) && Set(options.MaxAttempts = count),
        "WHENNOTINJECTED" => TryName<NotInjectedBehavior>(value, out var behavior) && Set(options.WhenNotInjected = behavior),
        "WARMUPATSTART" => TryName<WarmUpBehavior>(value, out var behavior) && Set(options.WarmUpAtStart = behavior),
        _ => false,
    };

    private static bool TrySet(string key, string? value, AssumeRoleOptions role) => key switch
    {
        "ROLEARN" => Set(role.RoleArn = value),
        "EXTERNALID" => Set(role.ExternalId = value),
        "ROLESESSIONNAME" => Set(role.RoleSessionName = value),
        "SESSIONDURATION" => TryTime(value, out var time) && Set(role.SessionDuration = time),
        _ => false,
    };

    private static bool Add(string item, IList<string> list)
    {
        list.Add(item);
        return true;
    }

    private static bool Set<T>(T assigned)
    {
        _ = assigned;
        return true;
    }

    private static bool TryTime(string? value, out TimeSpan time) => TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out time);

    private static bool TryName<T>(string? value, out T name)
        where T : struct, Enum =>
        Enum.TryParse(value, ignoreCase: true, out name) && Enum.IsDefined(name);

    private static string Describe(IConfigurationSection entry) => entry.Value is null ? $"key {entry.Path}" : $"key {entry.Path} with value \"{entry.Value}\"";
}
