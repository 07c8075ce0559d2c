using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Configuration;

/// <summary>Validates what the webhook injects: role and token file, both or neither.</summary>
internal static class InjectionRules
{
    public static void ValidatePresence(string? roleArn, string? tokenFile, InjectedEnvironment environment, ValidationErrors errors)
    {
        var roleArnState = environment.Absence("AWS_ROLE_ARN");
        var tokenFileState = environment.Absence("AWS_WEB_IDENTITY_TOKEN_FILE");
        if (roleArn is null && tokenFile is null)
        {
            errors.Add(environment.IsEcs
                ? ConfigurationFailures.OnEcs()
                : environment.HasPodIdentity
                ? ConfigurationFailures.OnlyPodIdentity()
                : ConfigurationFailures.NothingInjected(roleArnState, tokenFileState, OtherSource(environment), environment.IsInCluster));
        }
        else if (roleArn is null)
        {
            errors.Add(ConfigurationFailures.NoRole(tokenFile!, roleArnState));
        }
        else if (tokenFile is null)
        {
            errors.Add(ConfigurationFailures.NoTokenFile(roleArn, tokenFileState));
        }
    }

    /// <summary>A token can come from one place only.</summary>
    public static void ValidateSource(IrsaOptions options, bool usesContainer, ValidationErrors errors)
    {
        if (options.TokenSource is { } source && (usesContainer || SettingsReader.Clean(options.WebIdentityTokenFile) is not null))
        {
            errors.Add(ConfigurationFailures.TwoSources(source.Name, usesContainer ? "IrsaOptions.Source" : "IrsaOptions.WebIdentityTokenFile"));
        }
    }

    public static void ValidateRole(string? roleArn, bool isAws, string option, ValidationErrors errors)
    {
        if (roleArn is not null && !RoleArnValidator.IsRole(roleArn) && !(!isAws && RoleArnValidator.IsRoleOfAnotherServer(roleArn)))
        {
            errors.Add(ConfigurationFailures.InvalidRole(option, roleArn, RoleArnValidator.Explain(roleArn)));
        }
    }

    public static void ValidateTokenFile(string? tokenFile, ValidationErrors errors)
    {
        if (tokenFile is not null && TokenFilePathValidator.Validate(tokenFile, OperatingSystem.IsWindows()) is not TokenPathProblem.None and var problem)
        {
            errors.Add(ConfigurationFailures.InvalidTokenFilePath(tokenFile, problem));
        }
    }

    private static string? OtherSource(InjectedEnvironment environment) =>
        environment.HasStaticKeys ? "AWS_ACCESS_KEY_ID" : environment.Profile is not null ? "AWS_PROFILE" : null;
}
