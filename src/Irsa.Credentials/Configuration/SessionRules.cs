using System.Text.RegularExpressions;

namespace Irsa.Credentials.Configuration;

/// <summary>What is asked of STS: the session, and the second role's.</summary>
internal static partial class SessionRules
{
    /// <summary>What STS grants when no duration is asked for.</summary>
    public static readonly TimeSpan DefaultDuration = TimeSpan.FromHours(1);

    public static void JudgeName(string? name, string option, ValidationErrors faults)
    {
        if (name is null || SessionNamePattern().IsMatch(name))
        {
            return;
        }

        faults.Add(
            IrsaErrorCode.SessionNameInvalid,
            $"{option} is \"{ValidationErrors.Shown(name)}\": a session name has 2 to 64 ASCII letters, digits and _+=,.@- and nothing else.",
            "Correct AWS_ROLE_SESSION_NAME or the option, or leave both out: the pod's name is used then.");
    }

    public static void Judge(IrsaOptions options, ValidationErrors faults)
    {
        faults.Range(nameof(IrsaOptions.SessionDuration), options.SessionDuration, TimeSpan.FromMinutes(15), TimeSpan.FromHours(12));
        if (options.SessionPolicy is { Length: > 2048 } policy)
        {
            faults.Option(nameof(IrsaOptions.SessionPolicy), $"{policy.Length} characters long", "at most 2,048 characters");
        }

        if (IsBlank(options.SessionPolicy))
        {
            faults.Option(nameof(IrsaOptions.SessionPolicy), "blank", "a policy, or null: without one the session has all of the role's permissions");
        }

        if (options.SessionPolicyArns.Count > 10)
        {
            faults.Option(nameof(IrsaOptions.SessionPolicyArns), $"{options.SessionPolicyArns.Count} ARNs", "at most 10");
        }

        if (options.SessionPolicyArns.Any(string.IsNullOrWhiteSpace))
        {
            faults.Option(nameof(IrsaOptions.SessionPolicyArns), "blank in one of its entries", "ARNs only: without one the session has all of the role's permissions");
        }
    }

    public static ChainedRole? ChainedRole(IrsaOptions options, bool hasEndpoint, ValidationErrors faults)
    {
        if (options.AssumeRole is not { } role)
        {
            return null;
        }

        const string Prefix = nameof(IrsaOptions.AssumeRole) + ".";
        if (SettingsReader.Clean(role.RoleArn) is null)
        {
            faults.Option(Prefix + nameof(role.RoleArn), "empty", "the ARN of the second role");
        }

        InjectionRules.JudgeRole(SettingsReader.Clean(role.RoleArn), hasEndpoint, Prefix + nameof(role.RoleArn), faults);
        JudgeName(SettingsReader.Clean(role.RoleSessionName), Prefix + nameof(role.RoleSessionName), faults);
        if (role.SessionDuration is { } duration && (duration < TimeSpan.FromMinutes(15) || duration > TimeSpan.FromHours(1)))
        {
            faults.Option(
                Prefix + nameof(role.SessionDuration),
                ValidationErrors.Span(duration),
                "15 minutes to 1 hour: AWS limits a role that is assumed with another role's credentials to 1 hour, whatever its own maximum");
        }

        if (role.ExternalId is { Length: < 2 or > 1224 })
        {
            faults.Option(Prefix + nameof(role.ExternalId), $"{role.ExternalId.Length} characters long", "2 to 1,224 characters");
        }
        else if (IsBlank(role.ExternalId))
        {
            faults.Option(Prefix + nameof(role.ExternalId), "blank", "the value that the second role's trust policy asks for, or null");
        }

        if (role.Tags.Count > 50)
        {
            faults.Option(Prefix + nameof(role.Tags), $"{role.Tags.Count} tags", "at most 50");
        }

        return new ChainedRole(
            role.RoleArn ?? string.Empty,
            role.ExternalId,
            SettingsReader.Clean(role.RoleSessionName),
            role.SessionDuration,
            new Dictionary<string, string>(role.Tags));
    }

    private static bool IsBlank(string? value) => value is not null && string.IsNullOrWhiteSpace(value);

    [GeneratedRegex(@"\A[A-Za-z0-9_+=,.@-]{2,64}\z")]
    private static partial Regex SessionNamePattern();
}
