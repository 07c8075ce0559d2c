using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Irsa.Credentials.Configuration;

/// <summary>
/// Reads options from configuration without reflection. A key that no option has, or a value that does not parse, is an error: a typo
/// must not leave a default in force unseen.
/// </summary>
internal static class OptionsSection
{
    /// <exception cref="IrsaException">A key or value is wrong (IRSA109); the message names every one.</exception>
    public static void Apply(IConfiguration section, IrsaOptions options)
    {
        var faults = new List<string>();
        foreach (var entry in section.GetChildren())
        {
            if (!TrySet(entry, options))
            {
                faults.Add(Describe(entry));
            }
        }

        if (faults.Count > 0)
        {
            throw new Failures.Failure(
                IrsaErrorCode.OptionInvalid,
                IsPermanent: true,
                "The configuration of IrsaOptions cannot be read: " + string.Join("; ", faults) + ".",
                "Correct the keys: they are the names of the properties of IrsaOptions; times are written hh:mm:ss.").ToException();
        }
    }

    private static bool TrySet(IConfigurationSection entry, IrsaOptions options)
    {
        var value = entry.Value;
        return entry.Key.ToUpperInvariant() switch
        {
            "ROLEARN" => Set(options.RoleArn = value),
            "WEBIDENTITYTOKENFILE" => Set(options.WebIdentityTokenFile = value),
            "ROLESESSIONNAME" => Set(options.RoleSessionName = value),
            "REGION" => Set(options.Region = value),
            "STSENDPOINT" => Uri.TryCreate(value, UriKind.Absolute, out var uri) && Set(options.StsEndpoint = uri),
            "SESSIONDURATION" => TryTime(value, out var time) && Set(options.SessionDuration = time),
            "SESSIONPOLICY" => Set(options.SessionPolicy = value),
            "SESSIONPOLICYARNS" => AddAll(entry, options.SessionPolicyArns),
            "REFRESHATFRACTION" => double.TryParse(value, CultureInfo.InvariantCulture, out var number) && Set(options.RefreshAtFraction = number),
            "EXPIRYMARGIN" => TryTime(value, out var time) && Set(options.ExpiryMargin = time),
            "ATTEMPTTIMEOUT" => TryTime(value, out var time) && Set(options.AttemptTimeout = time),
            "EXCHANGETIMEOUT" => TryTime(value, out var time) && Set(options.ExchangeTimeout = time),
            "MAXATTEMPTS" => int.TryParse(value, CultureInfo.InvariantCulture, out var count) && Set(options.MaxAttempts = count),
            "WHENNOTINJECTED" => TryName<NotInjectedBehavior>(value, out var behavior) && Set(options.WhenNotInjected = behavior),
            "WARMUPATSTART" => TryName<WarmUpBehavior>(value, out var behavior) && Set(options.WarmUpAtStart = behavior),
            "ASSUMEROLE" => entry.GetChildren().All(child => TrySet(child, options.AssumeRole ??= new AssumeRoleOptions())),
            _ => false,
        };
    }

    private static bool TrySet(IConfigurationSection entry, AssumeRoleOptions role)
    {
        var value = entry.Value;
        return entry.Key.ToUpperInvariant() switch
        {
            "ROLEARN" => Set(role.RoleArn = value),
            "EXTERNALID" => Set(role.ExternalId = value),
            "ROLESESSIONNAME" => Set(role.RoleSessionName = value),
            "SESSIONDURATION" => TryTime(value, out var time) && Set(role.SessionDuration = time),
            "TAGS" => entry.GetChildren().All(tag => Set(role.Tags[tag.Key] = tag.Value ?? string.Empty)),
            _ => false,
        };
    }

    private static bool AddAll(IConfigurationSection list, IList<string> items)
    {
        foreach (var item in list.GetChildren().Select(static child => child.Value).OfType<string>())
        {
            items.Add(item);
        }

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
