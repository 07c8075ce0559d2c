using Irsa.Credentials.Configuration;
using Irsa.Credentials.Tests.Tokens;

namespace Irsa.Credentials.Tests.Diagnosis;

/// <summary>A pod that is well except for what a test changes. Nothing listens at its STS, and the doctor is told not to ask it unless a test wants that.</summary>
internal sealed class DoctorFixture : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("irsa-doctor-").FullName;

    public DoctorFixture()
    {
        TokenFile = Path.Combine(_folder, "token");
        Variables = new Dictionary<string, string?>
        {
            ["AWS_ROLE_ARN"] = TestSettings.Role,
            ["AWS_WEB_IDENTITY_TOKEN_FILE"] = TokenFile,
            ["AWS_REGION"] = "eu-central-1",
            ["AWS_ENDPOINT_URL_STS"] = "http://127.0.0.1:1/",
            ["AWS_EC2_METADATA_DISABLED"] = "true",
        };
        Write(Token());
    }

    public Dictionary<string, string?> Variables { get; }

    public IrsaOptions Options { get; } = new();

    public SteppableTime Time { get; } = new();

    public string TokenFile { get; }

    /// <summary>A token that is an hour old and lives a day.</summary>
    public string Token(string audience = "sts.amazonaws.com", int ageMinutes = 60, int lifeMinutes = 24 * 60, string subject = "system:serviceaccount:shop:orders")
    {
        var issued = Time.GetUtcNow().ToUnixTimeSeconds() - (ageMinutes * 60);
        return TestToken.Create($$"""
            {"iss":"https://oidc.eks.eu-central-1.amazonaws.com/id/ABC","sub":"{{subject}}","aud":["{{audience}}"],"exp":{{issued + (lifeMinutes * 60)}},"iat":{{issued}},"nbf":{{issued}}}
            """);
    }

    public void Write(string content) => File.WriteAllText(TokenFile, content);

    public async Task<DoctorCheck> ExamineAsync(int number, bool exchange = false)
    {
        var report = await ReportAsync(exchange);
        Assert.Equal(Enumerable.Range(1, 10), report.Checks.Select(static check => check.Number));
        return report.Checks[number - 1];
    }

    public Task<DoctorReport> ReportAsync(bool exchange = false) =>
        new IrsaDoctor(Options, new InjectedEnvironment(name => Variables.GetValueOrDefault(name)), Time) { RunExchange = exchange }.ExamineAsync(TestContext.Current.CancellationToken);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
