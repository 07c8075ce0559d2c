using System.Net;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Configuration;

/// <summary>
/// Decides whether the endpoint for containers is the source, and validates it. The precedence is that of the AWS SDK for .NET: the relative
/// address before the full one, the token's file before the token
/// (<see href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html"/>).
/// </summary>
internal static class ContainerRules
{
    private const string FullUri = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    private const string RelativeUri = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    private const string TokenFileVariable = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
    private const string TokenVariable = "AWS_CONTAINER_AUTHORIZATION_TOKEN";

    private static readonly Uri EcsHost = new("http://169.254.170.2");

    /// <summary>Stands for what is no address at all, which may hold anything and is not shown.</summary>
    private static readonly Uri Malformed = new("(malformed)", UriKind.Relative);

    /// <summary>Plain HTTP carries the token, so only hosts that no packet leaves the machine for are allowed. The addresses are those of the AWS SDKs.</summary>
    private static readonly IPAddress[] Agents = [IPAddress.Parse("169.254.170.23"), IPAddress.Parse("fd00:ec2::23")];

    private static readonly IPAddress Ecs = IPAddress.Parse("169.254.170.2");

    /// <summary>Whether the endpoint is the source. Web identity wins where both are injected, and also where only half of it is: that is an error to be seen.</summary>
    public static bool IsChosen(IrsaOptions options, InjectedEnvironment environment) => options.Source switch
    {
        CredentialSource.PodIdentity => true,
        CredentialSource.Injected => IsInjected(options, environment)
            && environment.RoleArn is null && environment.WebIdentityTokenFile is null && string.IsNullOrWhiteSpace(options.WebIdentityTokenFile),
        _ => false,
    };

    public static bool IsInjected(IrsaOptions options, InjectedEnvironment environment) =>
        options.ContainerCredentialsUri is not null || environment[FullUri] is not null || environment[RelativeUri] is not null;

    /// <returns>Null where anything is wrong.</returns>
    public static ContainerEndpoint? Read(IrsaOptions options, InjectedEnvironment environment, ValidationErrors errors)
    {
        if (options.SessionPolicy is not null || options.SessionPolicyArns.Count > 0)
        {
            errors.Add(ConfigurationFailures.SessionPolicyWithContainer());
        }

        var tokenFile = SettingsReader.Clean(options.ContainerTokenFile) ?? environment[TokenFileVariable];
        var address = Address(options, environment);
        if (address is null)
        {
            errors.Add(ContainerFailures.NotInjected(environment.Absence(FullUri), tokenFile is not null));
            return null;
        }

        if (!address.IsAbsoluteUri || !IsAllowed(address))
        {
            errors.Add(ContainerFailures.AddressRefused(address));
            return null;
        }

        if (tokenFile is not null && TokenFilePathValidator.Validate(tokenFile, OperatingSystem.IsWindows()) is not TokenPathProblem.None and var problem)
        {
            errors.Add(ConfigurationFailures.InvalidTokenFilePath(tokenFile, problem));
            return null;
        }

        var token = tokenFile is null ? environment[TokenVariable] : null;
        if (token is not null && token.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            errors.Add(ContainerFailures.TokenUnusable());
            return null;
        }

        if (tokenFile is null && token is null && IPAddress.TryParse(address.DnsSafeHost, out var host) && Agents.Contains(host))
        {
            errors.Add(ContainerFailures.NoToken());
            return null;
        }

        return new ContainerEndpoint { Address = address, TokenFile = tokenFile, Token = token, ExpectedRole = SettingsReader.Clean(options.RoleArn) };
    }

    private static Uri? Address(IrsaOptions options, InjectedEnvironment environment)
    {
        if (options.ContainerCredentialsUri is { } named)
        {
            return named;
        }

        if (environment[RelativeUri] is { } relative)
        {
            return Uri.TryCreate(EcsHost, relative.StartsWith('/') ? relative : "/" + relative, out var ecs) ? ecs : Malformed;
        }

        return environment[FullUri] is not { } full ? null : Uri.TryCreate(full, UriKind.RelativeOrAbsolute, out var address) ? address : Malformed;
    }

    private static bool IsAllowed(Uri address) => address.UserInfo.Length == 0 && address.Scheme switch
    {
        "https" => true,
        "http" => address.IsLoopback || (IPAddress.TryParse(address.DnsSafeHost, out var host) && (IPAddress.IsLoopback(host) || host.Equals(Ecs) || Agents.Contains(host))),
        _ => false,
    };
}
