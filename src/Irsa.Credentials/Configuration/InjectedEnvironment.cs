namespace Irsa.Credentials.Configuration;

/// <summary>
/// The variables that matter, read once each time they are asked for. Says of secrets only whether they are there.
/// </summary>
internal sealed class InjectedEnvironment
{
    private static readonly string[] Variants = ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"];

    private readonly Func<string, string?> _read;

    public InjectedEnvironment(Func<string, string?> read) => _read = read;

    public static InjectedEnvironment Process { get; } = new(Environment.GetEnvironmentVariable) { HasSdkFiles = true };

    /// <summary>Gets a value indicating whether the AWS SDK, which reads its files by the variables of the process, reads those of this environment.</summary>
    public bool HasSdkFiles { get; init; }

    /// <summary>Gets the paths of the SDK's files, whether they exist or not.</summary>
    public IReadOnlyList<string> SdkFiles
    {
        get
        {
            var home = Read("HOME") ?? Read("USERPROFILE") ?? Directory.GetCurrentDirectory();
            var credentials = Read("AWS_SHARED_CREDENTIALS_FILE") ?? Path.Combine(home, ".aws", "credentials");
            return [Read("AWS_CONFIG_FILE") ?? Path.Combine(Path.GetDirectoryName(credentials) ?? home, "config"), credentials];
        }
    }

    public string? RoleArn => Read("AWS_ROLE_ARN");

    public string? WebIdentityTokenFile => Read("AWS_WEB_IDENTITY_TOKEN_FILE");

    public string? RoleSessionName => Read("AWS_ROLE_SESSION_NAME");

    public string? Region => Read("AWS_REGION") ?? Read("AWS_DEFAULT_REGION");

    /// <summary>Gets the endpoint of STS as the SDK finds it in the environment, and the variable that names it.</summary>
    public (string Variable, string Address)? StsEndpoint => (Read("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), Read("AWS_ENDPOINT_URL_STS"), Read("AWS_ENDPOINT_URL")) switch
    {
        ({ } ignore, _, _) when bool.TryParse(ignore, out var isIgnored) && isIgnored => null,
        (_, { } ofSts, _) => ("AWS_ENDPOINT_URL_STS", ofSts),
        (_, _, { } ofAll) => ("AWS_ENDPOINT_URL", ofAll),
        _ => null,
    };

    /// <summary>Gets a value indicating whether the SDK, which reads these itself, would take an empty value for an address.</summary>
    public bool HasBlankEndpoint => StsEndpoint is null && (IsBlank("AWS_ENDPOINT_URL_STS") || IsBlank("AWS_ENDPOINT_URL"));

    /// <summary>Gets the variables that ask for another name of the region's own endpoint.</summary>
    public IEnumerable<string> EndpointVariants =>
        Variants.Where(name => bool.TryParse(Read(name), out var isSet) && isSet);

    public bool IsEcs => Read("ECS_CONTAINER_METADATA_URI_V4") is not null || Read("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") is not null;

    public string? Profile => Read("AWS_PROFILE");

    public bool HasStaticKeys => Read("AWS_ACCESS_KEY_ID") is not null;

    public bool HasPodIdentity => Read("AWS_CONTAINER_CREDENTIALS_FULL_URI") is not null;

    /// <summary>Gets the environment as ASP.NET Core names it; its variable comes before that of other hosts.</summary>
    public string? EnvironmentName => Read("ASPNETCORE_ENVIRONMENT") ?? Read("DOTNET_ENVIRONMENT");

    public bool IsInCluster => Read("KUBERNETES_SERVICE_HOST") is not null;

    /// <summary>Null for what is not set, empty or white space. For variables that hold no secret.</summary>
    public string? this[string name] => Read(name);

    /// <summary>As it is, blank or not.</summary>
    public string? Raw(string name) => _read(name);

    /// <summary>In words: an empty value, as a template without its variable leaves it, is taken as absent but is not the same slip.</summary>
    public string Absence(string name) => IsBlank(name) ? "set but empty" : "not set";

    private bool IsBlank(string name) => _read(name) is { } value && string.IsNullOrWhiteSpace(value);

    private string? Read(string name) => _read(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;
}
