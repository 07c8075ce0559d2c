namespace Irsa.Credentials.Configuration;

/// <summary>Merges options and environment and lets the rules judge the result: every fault at once, so that a start fails only once.</summary>
internal static class SettingsReader
{
    public static SettingsResult Read(IrsaOptions options, InjectedEnvironment environment)
    {
        var faults = new ValidationErrors();
        var roleArn = Clean(options.RoleArn) ?? environment.RoleArn;
        var tokenFile = Clean(options.WebIdentityTokenFile) ?? environment.WebIdentityTokenFile;
        var notInjected = roleArn is null && tokenFile is null;
        var stsEndpoint = EndpointRules.StsEndpoint(options, environment, faults);
        var region = Clean(options.Region) ?? environment.Region;
        InjectionRules.ValidatePresence(roleArn, tokenFile, environment, faults);
        InjectionRules.ValidateRole(roleArn, stsEndpoint is not null, nameof(IrsaOptions.RoleArn), faults);
        InjectionRules.ValidateTokenFile(tokenFile, faults);
        EndpointRules.ValidateRegion(region, roleArn, options, environment, faults);
        var sessionName = Clean(options.RoleSessionName) is null ? environment.RoleSessionName : options.RoleSessionName;
        SessionRules.ValidateName(sessionName, nameof(IrsaOptions.RoleSessionName), faults);
        SessionRules.Validate(options, faults);
        RefreshRules.Validate(options, faults);
        var chained = SessionRules.ChainedRole(options, stsEndpoint is not null, faults);

        return new SettingsResult(faults.Found.Count > 0 ? null : Settings(), faults.Found, notInjected);

        IrsaSettings Settings() => new()
        {
            RoleArn = roleArn!,
            TokenFile = tokenFile!,
            RoleSessionName = sessionName,
            Region = region!,
            StsEndpoint = stsEndpoint,
            IgnoresEndpointVariables = environment.HasBlankEndpoint,
            SessionDuration = options.SessionDuration,
            SessionPolicy = options.SessionPolicy,
            SessionPolicyArns = [.. options.SessionPolicyArns],
            RefreshAtFraction = options.RefreshAtFraction,
            ExpiryMargin = options.ExpiryMargin,
            AttemptTimeout = options.AttemptTimeout,
            ExchangeTimeout = options.ExchangeTimeout,
            MaxAttempts = options.MaxAttempts,
            AssumeRole = chained,
            ConfigureSts = options.ConfigureSts,
        };
    }

    public static string? Clean(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
