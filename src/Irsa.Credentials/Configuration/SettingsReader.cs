using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Configuration;

/// <summary>Merges options and environment, and validates the result. It finds every fault at once, so that a start fails only once.</summary>
internal static class SettingsReader
{
    /// <param name="options">What the application sets.</param>
    /// <param name="environment">What fills in the rest.</param>
    /// <param name="earlier">What was wrong with the options before they came here.</param>
    /// <param name="hostEnvironment">The name of the host's environment; null without a host.</param>
    /// <param name="isForPod">Whether a developer's credentials are left out, as for the doctor.</param>
    public static SettingsResult Read(
        IrsaOptions options, InjectedEnvironment environment, IReadOnlyList<Failure>? earlier = null, string? hostEnvironment = null, bool isForPod = false)
    {
        var faults = new ValidationErrors(earlier ?? []);
        var developer = DeveloperRules.Choose(options, environment, hostEnvironment, faults);
        developer = isForPod ? null : developer;
        var usesContainer = developer is null && ContainerRules.IsChosen(options, environment);
        var container = usesContainer ? ContainerRules.Read(options, environment, faults) : null;
        var roleArn = Clean(options.RoleArn) ?? (usesContainer ? null : environment.RoleArn);
        var tokenFile = usesContainer || options.TokenSource is not null ? null : Clean(options.WebIdentityTokenFile) ?? environment.WebIdentityTokenFile;
        var sdk = new SdkConfiguration(environment);
        var (stsEndpoint, fileOfEndpoint) = EndpointRules.StsEndpoint(options, environment, sdk, faults);
        var region = Clean(options.Region) ?? environment.Region ?? (developer is null ? null : SdkConfiguration.RegionOf(developer.Profile));
        InjectionRules.ValidateSource(options, usesContainer, faults);
        if (!usesContainer && developer is null && (isForPod || Clean(options.DeveloperProfile) is null))
        {
            InjectionRules.ValidatePresence(roleArn, options.TokenSource?.Name ?? tokenFile, environment, faults);
        }

        var isAws = Partition.Owns(stsEndpoint);
        InjectionRules.ValidateRole(roleArn, isAws, nameof(IrsaOptions.RoleArn), faults);
        InjectionRules.ValidateTokenFile(tokenFile, faults);
        if (developer is null || options.AssumeRole is not null)
        {
            EndpointRules.ValidateRegion(region, roleArn, isAws, environment, faults);
        }

        var sessionName = Clean(options.RoleSessionName) is null ? environment.RoleSessionName : options.RoleSessionName;
        SessionRules.ValidateName(sessionName, nameof(IrsaOptions.RoleSessionName), faults);
        SessionRules.Validate(options, faults);
        RefreshRules.Validate(options, faults);
        if (sdk.Fault is { } unreadable)
        {
            faults.Add(unreadable);
        }

        // A server that does not name the first session leaves only the configured name for the second.
        var chained = SessionRules.ChainedRole(options, isAws, faults) is { } role ? role with { RoleSessionName = role.RoleSessionName ?? sessionName } : null;

        var found = faults.Found.ToArray();
        return new SettingsResult
        {
            Settings = found.Length > 0 ? null : Settings(),
            Faults = found,
            RoleArn = roleArn,
            TokenFile = tokenFile ?? container?.TokenFile,
            Region = region,
            WarmUpAtStart = options.WarmUpAtStart,
        };

        IrsaSettings Settings() => new()
        {
            RoleArn = developer?.Name ?? roleArn ?? container!.Name,
            TokenFile = tokenFile ?? container?.TokenFile ?? string.Empty,
            TokenSource = options.TokenSource,
            Container = container,
            Developer = developer,
            RoleSessionName = sessionName,
            Region = region ?? string.Empty,
            StsEndpoint = stsEndpoint,
            StsEndpointFile = fileOfEndpoint,
            AllowUnencryptedSts = options.AllowUnencryptedSts,
            IgnoresEndpointVariables = environment.HasBlankEndpoint,
            SessionDuration = options.SessionDuration,
            SessionPolicy = options.SessionPolicy,
            SessionPolicyArns = options.SessionPolicyArns.Distinct(StringComparer.Ordinal).ToArray(),
            RefreshAtFraction = options.RefreshAtFraction,
            ExpiryMargin = options.ExpiryMargin,
            AttemptTimeout = options.AttemptTimeout,
            ExchangeTimeout = options.ExchangeTimeout,
            MaxAttempts = options.MaxAttempts,
            AssumeRole = chained,
            ConfigureSts = options.ConfigureSts,
            Time = options.TimeProvider ?? TimeProvider.System,
        };
    }

    public static string? Clean(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
