using System.Globalization;
using System.Text.RegularExpressions;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Configuration;

/// <summary>Merges options and environment and judges the result: every fault at once, so that a start fails only once.</summary>
internal sealed partial class SettingsReader
{
    private const string RecreatePod =
        "Check that the service account carries the eks.amazonaws.com/role-arn annotation and the pod names it in serviceAccountName, then delete the pod: the webhook acts only when a pod is created.";

    private readonly IrsaOptions _options;
    private readonly InjectedEnvironment _environment;
    private readonly List<Failure> _faults = [];

    private SettingsReader(IrsaOptions options, InjectedEnvironment environment)
    {
        _options = options;
        _environment = environment;
    }

    public static SettingsReading Read(IrsaOptions options, InjectedEnvironment environment) => new SettingsReader(options, environment).Read();

    private static string? Clean(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;

    private SettingsReading Read()
    {
        var roleArn = Clean(_options.RoleArn) ?? _environment.RoleArn;
        var tokenFile = Clean(_options.WebIdentityTokenFile) ?? _environment.WebIdentityTokenFile;
        var notInjected = roleArn is null && tokenFile is null;
        var stsEndpoint = StsEndpoint();
        var region = Clean(_options.Region) ?? _environment.Region;
        JudgePresence(roleArn, tokenFile);
        JudgeRole(roleArn, stsEndpoint is not null, nameof(IrsaOptions.RoleArn));
        JudgeTokenFile(tokenFile);
        JudgeRegion(region, roleArn);
        var sessionName = Clean(_options.RoleSessionName) is null ? _environment.RoleSessionName : _options.RoleSessionName;
        JudgeSessionName(sessionName, nameof(IrsaOptions.RoleSessionName));
        JudgeSession();
        JudgeTimes();
        var chained = ChainedRole(stsEndpoint is not null);

        return new SettingsReading(_faults.Count > 0 ? null : Settings(), _faults, notInjected);

        IrsaSettings Settings() => new()
        {
            RoleArn = roleArn!,
            TokenFile = tokenFile!,
            RoleSessionName = sessionName,
            Region = region!,
            StsEndpoint = stsEndpoint,
            SessionDuration = _options.SessionDuration,
            SessionPolicy = Clean(_options.SessionPolicy),
            SessionPolicyArns = [.. _options.SessionPolicyArns],
            RefreshAtFraction = _options.RefreshAtFraction,
            ExpiryMargin = _options.ExpiryMargin,
            AttemptTimeout = _options.AttemptTimeout,
            ExchangeTimeout = _options.ExchangeTimeout,
            MaxAttempts = _options.MaxAttempts,
            AssumeRole = chained,
            ConfigureSts = _options.ConfigureSts,
        };
    }

    private void JudgePresence(string? roleArn, string? tokenFile)
    {
        if (roleArn is null && tokenFile is null)
        {
            if (_environment.HasPodIdentity)
            {
                Fault(
                    IrsaErrorCode.PodIdentityInstead,
                    "Neither AWS_ROLE_ARN nor AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_CONTAINER_CREDENTIALS_FULL_URI is: this pod is on EKS Pod Identity, which takes precedence over the role-arn annotation.",
                    "Remove the Pod Identity association and recreate the pod, or accept Pod Identity with options.WhenNotInjected = NotInjectedBehavior.UseDefaultChain.");
                return;
            }

            Fault(
                IrsaErrorCode.NotInjected,
                $"AWS_ROLE_ARN is {Absence("AWS_ROLE_ARN")}, AWS_WEB_IDENTITY_TOKEN_FILE is {Absence("AWS_WEB_IDENTITY_TOKEN_FILE")}, and no option replaces them: nothing was injected into this process. No other credential source is tried{Present()}.",
                RecreatePod + " Outside a cluster, set IrsaOptions or use LocalAws of Irsa.Credentials.Testing.");
        }
        else if (roleArn is null)
        {
            Fault(
                IrsaErrorCode.RoleArnMissing,
                $"There is a token file ({tokenFile}) but no role: AWS_ROLE_ARN is {Absence("AWS_ROLE_ARN")} and IrsaOptions.RoleArn is empty. The webhook adds neither variable to a container that defines one of the two itself.",
                "Remove AWS_WEB_IDENTITY_TOKEN_FILE from the manifest, or set both. " + RecreatePod);
        }
        else if (tokenFile is null)
        {
            Fault(
                IrsaErrorCode.TokenFileNotConfigured,
                $"There is a role ({roleArn}) but no token file: AWS_WEB_IDENTITY_TOKEN_FILE is {Absence("AWS_WEB_IDENTITY_TOKEN_FILE")} and IrsaOptions.WebIdentityTokenFile is empty. The webhook adds neither variable to a container that defines one of the two itself.",
                "Remove AWS_ROLE_ARN from the manifest, or set both. " + RecreatePod);
        }
    }

    private void JudgeRole(string? roleArn, bool hasEndpoint, string option)
    {
        if (roleArn is null || RoleArnShape.IsRole(roleArn) || (hasEndpoint && RoleArnShape.IsRoleOfAnotherServer(roleArn)))
        {
            return;
        }

        Fault(
            IrsaErrorCode.RoleArnMalformed,
            $"{option} is \"{Shown(roleArn)}\", which is not the ARN of an IAM role (arn:aws:iam::111122223333:role/NAME): {Shown(RoleArnShape.Explain(roleArn))}.",
            "Correct the service account's eks.amazonaws.com/role-arn annotation, which the webhook injects as it stands, and recreate the pod.");
    }

    private void JudgeTokenFile(string? tokenFile)
    {
        if (tokenFile is not null && TokenPathShape.Judge(tokenFile, OperatingSystem.IsWindows()) is var (fault, remedy))
        {
            Fault(IrsaErrorCode.TokenFilePathNotAbsolute, $"The token file's path \"{Shown(tokenFile)}\" {fault}.", remedy);
        }
    }

    private void JudgeRegion(string? region, string? roleArn)
    {
        if (region is null)
        {
            Fault(
                IrsaErrorCode.RegionMissing,
                $"No region: AWS_REGION is {Absence("AWS_REGION")}, AWS_DEFAULT_REGION is {Absence("AWS_DEFAULT_REGION")} and IrsaOptions.Region is empty. A region is never guessed.",
                "Set AWS_REGION in the container's env, or IrsaOptions.Region.");
            return;
        }

        if (!RegionPattern().IsMatch(region))
        {
            Fault(
                IrsaErrorCode.RegionInvalid,
                $"The region \"{Shown(region)}\" has not the shape of a region's name, such as eu-central-1{(ZonePattern().IsMatch(region) ? ": it is an availability zone" : string.Empty)}.",
                "Correct AWS_REGION or IrsaOptions.Region.");
            return;
        }

        if (roleArn?.Split(':') is ["arn", var partition, ..] && _options.StsEndpoint is null && _environment.StsEndpoint is null
            && Partition.Of(region) is { } expected && expected != partition)
        {
            Fault(
                IrsaErrorCode.RegionInvalid,
                $"The region {region} lies in the partition {expected}, the role {Shown(roleArn)} in {partition}; STS of one partition cannot assume a role of another.",
                "Correct the region, or the partition in the role's ARN.");
        }
    }

    private void JudgeSessionName(string? name, string option)
    {
        if (name is null || SessionNamePattern().IsMatch(name))
        {
            return;
        }

        Fault(
            IrsaErrorCode.SessionNameInvalid,
            $"{option} is \"{Shown(name)}\": a session name has 2 to 64 ASCII letters, digits and _+=,.@- and nothing else.",
            "Correct AWS_ROLE_SESSION_NAME or the option, or leave both out: the pod's name is used then.");
    }

    private Uri? StsEndpoint()
    {
        var endpoint = _options.StsEndpoint;
        if (endpoint is null && _environment.StsEndpoint is { } text && !Uri.TryCreate(text, UriKind.Absolute, out endpoint))
        {
            FaultOption("AWS_ENDPOINT_URL_STS", $"\"{Shown(text)}\"", "an absolute http or https address");
            return null;
        }

        if (endpoint is not null && (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("http" or "https")))
        {
            FaultOption(nameof(IrsaOptions.StsEndpoint), $"\"{Shown(endpoint.OriginalString)}\"", "an absolute http or https address");
            return null;
        }

        return endpoint;
    }

    private void JudgeSession()
    {
        Range(nameof(IrsaOptions.SessionDuration), _options.SessionDuration, TimeSpan.FromMinutes(15), TimeSpan.FromHours(12));
        if (_options.SessionPolicy is { Length: > 2048 } policy)
        {
            FaultOption(nameof(IrsaOptions.SessionPolicy), $"{policy.Length} characters long", "at most 2,048 characters");
        }

        if (_options.SessionPolicyArns.Count > 10)
        {
            FaultOption(nameof(IrsaOptions.SessionPolicyArns), $"{_options.SessionPolicyArns.Count} ARNs", "at most 10");
        }
    }

    private void JudgeTimes()
    {
        Range(nameof(IrsaOptions.ExpiryMargin), _options.ExpiryMargin, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10));
        Range(nameof(IrsaOptions.AttemptTimeout), _options.AttemptTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        Range(nameof(IrsaOptions.ExchangeTimeout), _options.ExchangeTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5));
        if (_options.MaxAttempts is < 1 or > 10)
        {
            FaultOption(nameof(IrsaOptions.MaxAttempts), _options.MaxAttempts.ToString(CultureInfo.InvariantCulture), "1 to 10");
        }

        if (_options.AttemptTimeout > _options.ExchangeTimeout)
        {
            FaultOption(
                nameof(IrsaOptions.AttemptTimeout),
                Span(_options.AttemptTimeout),
                $"at most the ExchangeTimeout, which is {Span(_options.ExchangeTimeout)}");
        }

        if (!(_options.RefreshAtFraction is >= 0.1 and <= 0.9))
        {
            FaultOption(nameof(IrsaOptions.RefreshAtFraction), _options.RefreshAtFraction.ToString(CultureInfo.InvariantCulture), "0.1 to 0.9");
            return;
        }

        // The latest refresh point is a tenth behind the fraction; one exchange must fit between it and the margin.
        var life = _options.SessionDuration ?? TimeSpan.FromHours(1);
        var latestRefresh = life * (1.1 * _options.RefreshAtFraction);
        if (latestRefresh + _options.ExchangeTimeout > life - _options.ExpiryMargin)
        {
            FaultOption(
                nameof(IrsaOptions.RefreshAtFraction),
                _options.RefreshAtFraction.ToString(CultureInfo.InvariantCulture),
                $"so early that an exchange of up to {Span(_options.ExchangeTimeout)} ends before the ExpiryMargin of {Span(_options.ExpiryMargin)} of a session of {Span(life)}");
        }
    }

    private ChainedRole? ChainedRole(bool hasEndpoint)
    {
        if (_options.AssumeRole is not { } role)
        {
            return null;
        }

        const string Prefix = nameof(IrsaOptions.AssumeRole) + ".";
        if (Clean(role.RoleArn) is null)
        {
            FaultOption(Prefix + nameof(role.RoleArn), "empty", "the ARN of the second role");
        }

        JudgeRole(Clean(role.RoleArn), hasEndpoint, Prefix + nameof(role.RoleArn));
        JudgeSessionName(Clean(role.RoleSessionName), Prefix + nameof(role.RoleSessionName));
        if (role.SessionDuration is { } duration && (duration < TimeSpan.FromMinutes(15) || duration > TimeSpan.FromHours(1)))
        {
            FaultOption(
                Prefix + nameof(role.SessionDuration),
                Span(duration),
                "15 minutes to 1 hour: AWS limits a role that is assumed with another role's credentials to 1 hour, whatever its own maximum");
        }

        if (role.ExternalId is { Length: < 2 or > 1224 })
        {
            FaultOption(Prefix + nameof(role.ExternalId), $"{role.ExternalId.Length} characters long", "2 to 1,224 characters");
        }

        if (role.Tags.Count > 50)
        {
            FaultOption(Prefix + nameof(role.Tags), $"{role.Tags.Count} tags", "at most 50");
        }

        return new ChainedRole(
            role.RoleArn ?? string.Empty,
            Clean(role.ExternalId),
            Clean(role.RoleSessionName),
            role.SessionDuration,
            new Dictionary<string, string>(role.Tags));
    }

    private void Range(string option, TimeSpan? value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most)
        {
            FaultOption(option, Span(value.Value), $"{Span(least)} to {Span(most)}");
        }
    }

    private void FaultOption(string option, string seen, string allowed) =>
        Fault(IrsaErrorCode.OptionInvalid, $"{option} is {seen}; it must be {allowed}.", $"Correct IrsaOptions.{option} or its configuration key.");

    private void Fault(IrsaErrorCode code, string message, string remedy) => _faults.Add(new Failure(code, IsPermanent: true, message, remedy));

    /// <summary>An empty value, as a template without its variable leaves it, is not the same slip as none.</summary>
    private string Absence(string variable) => _environment.IsBlank(variable) ? "set but empty" : "not set";

    private string Present() => (_environment.HasStaticKeys, _environment.Profile) switch
    {
        (true, _) => ", although AWS_ACCESS_KEY_ID is set",
        (_, not null) => ", although AWS_PROFILE is set",
        _ => string.Empty,
    };

    private static string Span(TimeSpan value) => value.ToString("c", CultureInfo.InvariantCulture);

    /// <summary>Control characters and foreign letters are what such a value often fails for, so they are shown as escapes.</summary>
    private static string Shown(string value)
    {
        var shown = string.Concat(value.Select(static c => c is < ' ' or > '~' ? $"\\u{(int)c:x4}" : c.ToString()));
        return shown.Length > 200 ? shown[..200] + "…" : shown;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_+=,.@-]{2,64}\z")]
    private static partial Regex SessionNamePattern();

    [GeneratedRegex(@"\A[a-z]{2,}(-[a-z0-9]+)+-[0-9]+\z")]
    private static partial Regex RegionPattern();

    [GeneratedRegex(@"\A[a-z]{2,}(-[a-z0-9]+)+-[0-9]+[a-z]\z")]
    private static partial Regex ZonePattern();
}
