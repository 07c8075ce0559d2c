using System.Text.RegularExpressions;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Configuration;

/// <summary>Validates the session that the library requests, and the second role's.</summary>
internal static partial class SessionRules
{
    /// <summary>What STS grants if no duration is requested.</summary>
    public static readonly TimeSpan DefaultDuration = TimeSpan.FromHours(1);

    /// <summary>AWS grants none longer, whoever asks.</summary>
    public static readonly TimeSpan LongestDuration = TimeSpan.FromHours(12);

    public static void ValidateName(string? name, string option, ValidationErrors errors)
    {
        if (name is not null && !SessionNamePattern().IsMatch(name))
        {
            errors.Add(ConfigurationFailures.InvalidSessionName(option, name));
        }
    }

    public static void Validate(IrsaOptions options, ValidationErrors errors)
    {
        errors.Range(nameof(IrsaOptions.SessionDuration), options.SessionDuration, TimeSpan.FromMinutes(15), TimeSpan.FromHours(12));
        if (options.SessionPolicy is { Length: > 2048 } policy)
        {
            errors.Option(nameof(IrsaOptions.SessionPolicy), $"{policy.Length} characters long", "at most 2,048 characters");
        }

        if (IsBlank(options.SessionPolicy))
        {
            errors.Option(nameof(IrsaOptions.SessionPolicy), "blank", "a policy or null; without a policy the session has all of the role's permissions");
        }

        if (options.SessionPolicyArns.Count > 10)
        {
            errors.Option(nameof(IrsaOptions.SessionPolicyArns), $"{options.SessionPolicyArns.Count} ARNs", "at most 10");
        }

        if (options.SessionPolicyArns.Any(string.IsNullOrWhiteSpace))
        {
            errors.Option(nameof(IrsaOptions.SessionPolicyArns), "blank in one of its entries", "a list of policy ARNs; without any the session has all of the role's permissions");
        }
    }

    public static ChainedRole? ChainedRole(IrsaOptions options, bool isAws, ValidationErrors errors)
    {
        if (options.AssumeRole is not { } role)
        {
            return null;
        }

        const string Prefix = nameof(IrsaOptions.AssumeRole) + ".";
        if (SettingsReader.Clean(role.RoleArn) is null)
        {
            errors.Option(Prefix + nameof(role.RoleArn), "empty", "the ARN of the second role");
        }

        InjectionRules.ValidateRole(SettingsReader.Clean(role.RoleArn), isAws, Prefix + nameof(role.RoleArn), errors);
        ValidateName(SettingsReader.Clean(role.RoleSessionName), Prefix + nameof(role.RoleSessionName), errors);
        if (role.SessionDuration is { } duration && (duration < TimeSpan.FromMinutes(15) || duration > TimeSpan.FromHours(1)))
        {
            errors.Option(
                Prefix + nameof(role.SessionDuration),
                ValidationErrors.Text(duration),
                "00:15:00 to 01:00:00, because AWS limits a role that another role assumes to 1 hour, whatever its maximum");
        }

        if (role.ExternalId is { Length: < 2 or > 1224 })
        {
            errors.Option(Prefix + nameof(role.ExternalId), $"{role.ExternalId.Length} characters long", "2 to 1,224 characters");
        }
        else if (IsBlank(role.ExternalId))
        {
            errors.Option(Prefix + nameof(role.ExternalId), "blank", "the value that the second role's trust policy requires, or null");
        }

        if (role.Tags.Count > 50)
        {
            errors.Option(Prefix + nameof(role.Tags), $"{role.Tags.Count} tags", "at most 50");
        }

        if (role.SourceIdentity is { } identity && !SessionNamePattern().IsMatch(identity))
        {
            errors.Option(Prefix + nameof(role.SourceIdentity), SecretRedactor.QuoteAscii(identity), "2 to 64 ASCII letters, digits and _+=,.@-");
        }

        if (role.TransitiveTagKeys.Any(key => key is null || !role.Tags.ContainsKey(key)))
        {
            errors.Option(Prefix + nameof(role.TransitiveTagKeys), SecretRedactor.Quote(string.Join(", ", role.TransitiveTagKeys)), "keys of " + Prefix + nameof(role.Tags));
        }

        return new ChainedRole(
            role.RoleArn ?? string.Empty,
            role.ExternalId,
            SettingsReader.Clean(role.RoleSessionName),
            role.SessionDuration,
            new Dictionary<string, string>(role.Tags))
        {
            SourceIdentity = role.SourceIdentity,
            TransitiveTagKeys = [.. role.TransitiveTagKeys.Distinct(StringComparer.Ordinal)],
        };
    }

    private static bool IsBlank(string? value) => value is not null && string.IsNullOrWhiteSpace(value);

    [GeneratedRegex(@"\A[A-Za-z0-9_+=,.@-]{2,64}\z")]
    private static partial Regex SessionNamePattern();
}
