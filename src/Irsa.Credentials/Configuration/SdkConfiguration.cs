using System.Globalization;
using System.Text.RegularExpressions;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;
using Amazon.Runtime.Internal.Util;
using Amazon.SecurityToken;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Configuration;

/// <summary>
/// What the AWS SDK reads by itself: its files and some variables. It reads them when the first client is made, and an exception there is one
/// of a type's initialiser, which names neither file nor variable and never ends. So they are looked at before, in the SDK's own way.
/// </summary>
internal sealed partial class SdkConfiguration
{
    private const string ModeVariable = "AWS_DEFAULTS_MODE";

    private static readonly (string Name, string Allowed)[] Keys =
    [
        ("ec2_metadata_service_endpoint", "an absolute URL"),
        ("sso_session", "the name of a section [sso-session NAME] of the same file"),
    ];

    private readonly InjectedEnvironment _environment;

    /// <summary>Reads the variables, and the files where the environment is that of the process.</summary>
    public SdkConfiguration(InjectedEnvironment environment)
    {
        _environment = environment;
        Fault = FaultOfVariables(environment) ?? (environment.HasSdkFiles ? FaultOfFiles(environment) : null);
    }

    /// <summary>Gets what the SDK cannot read; null where it can.</summary>
    public Failure? Fault { get; private set; }

    private static string Modes => string.Join(", ", Enum.GetNames<DefaultConfigurationMode>());

    /// <summary>The endpoint of STS that a file names, and where that stands; null without one, and where a variable decides.</summary>
    public (string Source, string Address)? StsEndpoint()
    {
        if (!_environment.HasSdkFiles || Fault is not null)
        {
            return null;
        }

        return ReadStsEndpoint() is { Length: > 0 } address
            ? ($"endpoint_url of the profile {SecretRedactor.Quote(ProfileName)}{(Find(_environment, "endpoint_url") is (var file, _) ? $" in {SecretRedactor.Quote(file)}" : string.Empty)}", address)
            : null;
    }

    /// <summary>The SDK finds it by service, profile and section of services. It also knows when it is to be ignored.</summary>
    private string? ReadStsEndpoint()
    {
        try
        {
            var config = new AmazonSecurityTokenServiceConfig();
            return !_environment.HasBlankEndpoint ? config.ServiceURL
                : config.IgnoreConfiguredEndpointUrls ? null
                : EndpointOfFile(AmazonSecurityTokenServiceConfig.ServiceId, profile: null);
        }
        catch (AmazonClientException)
        {
            Fault = SdkConfigurationFailures.UnreadableEndpoint(SourceOfEndpoint(), "STS");
            return null;
        }
    }

    /// <summary>
    /// The endpoint that the SDK finds in its file for a service where no variable is set: that of the section of services, else that of the profile. A
    /// variable that is set but empty keeps the SDK (4.1) from looking.
    /// </summary>
    /// <param name="service">The service's id, such as <c>S3</c>.</param>
    /// <param name="profile">Null for the one that the SDK takes without being told.</param>
    public static string? EndpointOfFile(string service, Profile? profile)
    {
        if (!new CredentialProfileStoreChain(profile?.Location).TryGetProfile(profile?.Name ?? ProfileName, out var found))
        {
            return null;
        }

        foreach (var file in found.Services is null ? [] : InjectedEnvironment.Process.SdkFiles.Append(profile?.Location).Where(File.Exists))
        {
            if (new ProfileIniFile(file!, profileMarkerRequired: true).TryGetSection(found.Services, isSsoSession: false, isServicesSection: true, out _, out var services)
                && services?.GetValueOrDefault(TransformServiceId.TransformServiceIdToConfigVariable(service)) is { } own)
            {
                return own.GetValueOrDefault("endpoint_url");
            }
        }

        return found.EndpointUrl;
    }

    /// <summary>The region of the profile that a developer signs with, as the SDK's own clients take it; null where the profile names none, or is missing.</summary>
    /// <param name="profile">Null for the one that the SDK's default chain takes.</param>
    public static string? RegionOf(string? profile)
    {
        try
        {
            return new CredentialProfileStoreChain().TryGetProfile(profile ?? ProfileName, out var found) ? found.Region?.SystemName : null;
        }
        catch (Exception)
        {
            // What is wrong with the files is told where the credentials are read.
            return null;
        }
    }

    /// <summary>Where the endpoint of a service comes from, for one that the SDK cannot read.</summary>
    /// <param name="variables">The variables that may name it, the first before the second.</param>
    public static string SourceOfEndpoint(params ReadOnlySpan<string> variables)
    {
        foreach (var variable in variables)
        {
            if (InjectedEnvironment.Process[variable] is not null)
            {
                return variable;
            }
        }

        return $"endpoint_url of the profile {SecretRedactor.Quote(ProfileName)}{PlaceOf(InjectedEnvironment.Process, "endpoint_url")}";
    }

    /// <summary>In brackets; empty where more than one file has the key.</summary>
    private static string PlaceOf(InjectedEnvironment environment, string key) => Find(environment, key) switch
    {
        (var file, 0) => $" (in {SecretRedactor.Quote(file)})",
        (var file, var line) => FormattableString.Invariant($" (line {line} of {SecretRedactor.Quote(file)})"),
        null => string.Empty,
    };

    private static string ProfileName => DefaultAWSCredentialsIdentityResolver.GetProfileName();

    private static Failure? FaultOfVariables(InjectedEnvironment environment)
    {
        // Of all its variables the SDK (4.1) forgives a value that it cannot read, and an empty one; not of these.
        if (environment.Raw("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") is { Length: > 0 } ignore && !bool.TryParse(ignore, out _))
        {
            return SdkConfigurationFailures.UnreadableVariable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", string.IsNullOrWhiteSpace(ignore), "true or false");
        }

        if (environment.Raw("AWS_EC2_METADATA_SERVICE_ENDPOINT") is { Length: > 0 } endpoint && !Uri.IsWellFormedUriString(endpoint, UriKind.Absolute))
        {
            return SdkConfigurationFailures.UnreadableVariable("AWS_EC2_METADATA_SERVICE_ENDPOINT", string.IsNullOrWhiteSpace(endpoint), "an absolute URL");
        }

        // An empty one is none to a client of this library.
        return environment[ModeVariable] is { } mode && !IsMode(mode) ? SdkConfigurationFailures.UnreadableVariable(ModeVariable, isBlank: false, $"one of {Modes}") : null;
    }

    private static Failure? FaultOfFiles(InjectedEnvironment environment)
    {
        try
        {
            _ = new CredentialProfileStoreChain().TryGetProfile(ProfileName, out _);
            return null;
        }
        catch (Exception unreadable)
        {
            return Classify(unreadable, environment);
        }
    }

    /// <summary>The SDK's text shows the line, which may be a key in the wrong place; so only its number is taken from there.</summary>
    private static Failure Classify(Exception unreadable, InjectedEnvironment environment)
    {
        var files = environment.SdkFiles;
        var named = files.FirstOrDefault(file => unreadable.Message.Contains(file, StringComparison.Ordinal));
        if (named is not null && LinePattern().Match(unreadable.Message) is { Success: true } line)
        {
            return SdkConfigurationFailures.UnreadableLine(named, int.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture));
        }

        if (Array.Find(Keys, key => KeyPattern(key.Name).IsMatch(unreadable.Message)) is ({ } name, { } allowed))
        {
            return SdkConfigurationFailures.UnreadableKey(PlaceOf(environment, name), name, allowed);
        }

        return unreadable is IOException or UnauthorizedAccessException && (named ?? files.FirstOrDefault(File.Exists)) is { } file
            ? SdkConfigurationFailures.UnreadableFile(file, unreadable is UnauthorizedAccessException ? "access is denied" : unreadable.GetType().Name)
            : SdkConfigurationFailures.UnreadableProfile(ProfileName, files, unreadable);
    }

    private static bool IsMode(string text) => Enum.TryParse<DefaultConfigurationMode>(text, ignoreCase: true, out var mode) && Enum.IsDefined(mode);

    /// <summary>The only file with that key, and its line, or 0 where several have it: which of them counts is the SDK's choice of profile and section.</summary>
    private static (string File, int Line)? Find(InjectedEnvironment environment, string key)
    {
        (string File, int Line)[] found =
        [
            .. from file in environment.SdkFiles.Where(File.Exists)
               from line in File.ReadLines(file).Select(static (text, index) => (Text: text, Number: index + 1))
               where line.Text.Split('=') is [var name, _, ..] && name.Trim().Equals(key, StringComparison.OrdinalIgnoreCase)
               select (file, line.Number),
        ];
        return found switch
        {
            [var only] => only,
            [var first, ..] when Array.TrueForAll(found, one => one.File == first.File) => (first.File, 0),
            _ => null,
        };
    }

    private static Regex KeyPattern(string key) => new($@"\b{key}\b", RegexOptions.CultureInvariant);

    [GeneratedRegex(@"\ALine ([0-9]{1,9})[: ]")]
    private static partial Regex LinePattern();
}
