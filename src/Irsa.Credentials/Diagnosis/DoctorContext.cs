using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Diagnosis;

/// <summary>What the checks start from, and what each leaves for those after it.</summary>
internal sealed class DoctorContext : IDisposable
{
    private readonly StsHttpClientFactory _transport = new();

    public DoctorContext(IrsaOptions options, InjectedEnvironment environment, TimeProvider time, bool exchange, DoctorCall? call)
    {
        Environment = environment;
        Time = time;
        AsksSts = exchange;
        Call = call;
        var reading = SettingsReader.Read(options, environment);
        Faults = reading.Faults;
        Settings = reading.Settings;
        RoleArn = reading.RoleArn;
        TokenFile = reading.TokenFile;
        Region = reading.Region;
        Connection = Settings is null ? null : new StsClientFactory(Settings, _transport);
    }

    public InjectedEnvironment Environment { get; }

    public TimeProvider Time { get; }

    public bool AsksSts { get; }

    public DoctorCall? Call { get; }

    public IReadOnlyList<Failure> Faults { get; }

    /// <summary>Gets the judged settings; null when there is any fault.</summary>
    public IrsaSettings? Settings { get; }

    public StsClientFactory? Connection { get; }

    /// <summary>Gets what was configured, right or wrong; the checks of the file and the token need no role, and the other way round.</summary>
    public string? RoleArn { get; }

    public string? TokenFile { get; }

    public string? Region { get; }

    /// <summary>Gets or sets the token, left by the check of the file.</summary>
    public WebIdentityToken? Token { get; set; }

    /// <summary>Gets or sets what is in the token's place, left by the check of the file.</summary>
    public Failure? NotAToken { get; set; }

    /// <summary>Gets or sets what STS issued, left by the exchange.</summary>
    public ExchangeResult? Issued { get; set; }

    /// <summary>Gets or sets how far the local clock is ahead of STS's, left by the exchange.</summary>
    public TimeSpan ClockAhead { get; set; }

    /// <summary>Servers may repeat what they were sent. Whatever they said, no secret leaves the examination.</summary>
    public DoctorCheck WithoutSecrets(DoctorCheck check) => check with
    {
        Seen = WithoutSecrets(check.Seen),
        Details = check.Details is { } details ? WithoutSecrets(details) : null,
        Remedy = check.Remedy is { } remedy ? WithoutSecrets(remedy) : null,
    };

    public void Dispose() => _transport.Dispose();

    private string WithoutSecrets(string text)
    {
        string?[] secrets = [Token?.Value, Token?.Value.Split('.')[^1], Issued?.Keys.SecretKey, Issued?.Keys.Token];
        foreach (var secret in secrets.OfType<string>().Where(static secret => secret.Length > 0))
        {
            text = text.Replace(secret, "[secret]", StringComparison.Ordinal).Replace(Uri.EscapeDataString(secret), "[secret]", StringComparison.Ordinal);
        }

        return text;
    }
}
