using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Diagnosis;

/// <summary>What the checks start from, and what each leaves for those after it.</summary>
internal sealed class DoctorContext : IDisposable
{
    /// <summary>With what the last checks still get, all together end within 10 seconds.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private readonly StsHttpClientFactory _httpClients = new();
    private readonly long _started;

    public DoctorContext(IrsaOptions options, InjectedEnvironment environment, TimeProvider time, bool exchange, DoctorCall? call)
    {
        Environment = environment;
        Time = time;
        _started = time.GetTimestamp();
        IsExchangeRequested = exchange;
        Call = call;
        var result = SettingsReader.Read(options, environment, isForPod: true);
        Faults = result.Faults;
        Settings = result.Settings;
        RoleArn = result.RoleArn;
        TokenFile = result.TokenFile;
        Region = result.Region;
        UsesContainer = ContainerRules.IsChosen(options, environment);
        StsClients = Settings is null ? null : new StsClientFactory(Settings, _httpClients);
    }

    public InjectedEnvironment Environment { get; }

    public TimeProvider Time { get; }

    public bool IsExchangeRequested { get; }

    public DoctorCall? Call { get; }

    public IReadOnlyList<Failure> Faults { get; }

    /// <summary>Gets the valid settings; null if there is any fault.</summary>
    public IrsaSettings? Settings { get; }

    public StsClientFactory? StsClients { get; }

    /// <summary>Gets the configured role, valid or not: the checks of file and token need no role, and the other way round.</summary>
    public string? RoleArn { get; }

    public string? TokenFile { get; }

    public string? Region { get; }

    /// <summary>Gets a value indicating whether EKS Pod Identity, or ECS, is the source.</summary>
    public bool UsesContainer { get; }

    /// <summary>Gets or sets a value indicating whether DNS or host stayed silent, which the check of the network finds out.</summary>
    public bool IsStsSilent { get; set; }

    /// <summary>Gets or sets the token, which the check of the file reads.</summary>
    public WebIdentityToken? Token { get; set; }

    /// <summary>Gets or sets why the file's content is not a token, which the check of the file finds out.</summary>
    public Failure? NotAToken { get; set; }

    /// <summary>Gets or sets the first role's session where it was used to get that of a second one.</summary>
    public ExchangeResult? IssuedToFirstRole { get; set; }

    /// <summary>Gets or sets what STS issued to the check of the exchange.</summary>
    public ExchangeResult? Issued { get; set; }

    /// <summary>Gets or sets how far the local clock is ahead of STS's, which the exchange finds out.</summary>
    public TimeSpan ClockAhead { get; set; }

    /// <summary>Gets the secrets that the checks have seen so far.</summary>
    public KnownSecrets Secrets => [.. ((string?[])[Token?.Value, IssuedToFirstRole?.Keys.SecretKey, IssuedToFirstRole?.Keys.Token, Issued?.Keys.SecretKey, Issued?.Keys.Token]).OfType<string>()];

    /// <summary>How long a check may wait that would like to wait so long: less where earlier ones have used up the time, but at least a second.</summary>
    public TimeSpan LimitOf(TimeSpan wanted)
    {
        var left = Budget - Time.GetElapsedTime(_started);
        left = left > Least ? left : Least;
        return wanted < left ? wanted : left;
    }

    /// <summary>A server may repeat what it received. Whatever it says, no secret leaves the report.</summary>
    public IEnumerable<DoctorCheck> WithoutSecrets(IEnumerable<DoctorCheck> checks)
    {
        var secrets = Secrets;
        return checks.Select(check => check with
        {
            Seen = SecretRedactor.RemoveKnown(check.Seen, secrets),
            Details = check.Details is { } details ? SecretRedactor.RemoveKnown(details, secrets) : null,
            Remedy = check.Remedy is { } remedy ? SecretRedactor.RemoveKnown(remedy, secrets) : null,
        });
    }

    public void Dispose() => _httpClients.Dispose();
}
