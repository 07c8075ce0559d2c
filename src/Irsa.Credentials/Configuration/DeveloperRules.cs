using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Configuration;

/// <summary>Decides whether a developer's own credentials take the pod's place. A profile never does in a pod, and only in Development.</summary>
internal static class DeveloperRules
{
    private const string Development = "Development";

    private static readonly string[] Injected =
        ["AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"];

    /// <param name="options">What the application sets.</param>
    /// <param name="environment">What is injected.</param>
    /// <param name="hostEnvironment">The name of the host's environment; null without a host.</param>
    /// <param name="errors">Gets what is wrong.</param>
    /// <returns>Null where the pod's identity is used, and where the profile is refused.</returns>
    public static DeveloperSource? Choose(IrsaOptions options, InjectedEnvironment environment, string? hostEnvironment, ValidationErrors errors)
    {
        if (SettingsReader.Clean(options.DeveloperProfile) is not { } profile)
        {
            return options.WhenNotInjected == NotInjectedBehavior.UseDefaultChain && IsNothingInjected(options, environment) ? new DeveloperSource(Profile: null) : null;
        }

        if (Refusal(options, environment, hostEnvironment ?? environment.EnvironmentName) is not { } refusal)
        {
            return new DeveloperSource(profile);
        }

        errors.Add(refusal);
        return null;
    }

    private static bool IsNothingInjected(IrsaOptions options, InjectedEnvironment environment) => ContainerRules.IsChosen(options, environment)
        ? !ContainerRules.IsInjected(options, environment)
        : (SettingsReader.Clean(options.RoleArn) ?? environment.RoleArn) is null
            && (SettingsReader.Clean(options.WebIdentityTokenFile) ?? environment.WebIdentityTokenFile) is null
            && options.TokenSource is null;

    private static Failure? Refusal(IrsaOptions options, InjectedEnvironment environment, string? environmentName)
    {
        if (options.WhenNotInjected == NotInjectedBehavior.UseDefaultChain)
        {
            return ConfigurationFailures.ProfileAndChain();
        }

        if (options.TokenSource is { } source)
        {
            return ConfigurationFailures.TwoSources(source.Name, "IrsaOptions.DeveloperProfile");
        }

        return Array.Find(Injected, name => environment[name] is not null) is { } variable ? DeveloperFailures.ProfileRefused($"{variable} is set")
            : environment.IsInCluster ? DeveloperFailures.ProfileRefused("this program runs in a pod: KUBERNETES_SERVICE_HOST is set")
            : Development.Equals(environmentName, StringComparison.OrdinalIgnoreCase) ? null
            : DeveloperFailures.ProfileRefused(environmentName is null
                ? "the environment is not Development: neither ASPNETCORE_ENVIRONMENT nor DOTNET_ENVIRONMENT is set"
                : $"the environment is {SecretRedactor.Quote(environmentName)} and not Development");
    }
}
