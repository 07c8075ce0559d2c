namespace Irsa.Credentials.Tests.Diagnosis;

/// <summary>The doctor where EKS Pod Identity is the source and something is wrong with it. Nothing listens at the agent's address.</summary>
public sealed class ContainerChecksTests : IDisposable
{
    private const string Audience = "pods.eks.amazonaws.com";

    private readonly DoctorFixture _patient = new();

    public ContainerChecksTests()
    {
        _patient.Options.Source = CredentialSource.PodIdentity;
        _patient.Variables["AWS_ROLE_ARN"] = null;
        _patient.Variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = null;
        _patient.Variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://127.0.0.1:1/v1/credentials";
        _patient.Variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = _patient.TokenFile;
        _patient.Write(_patient.Token(Audience));
    }

    public void Dispose() => _patient.Dispose();

    [Theory]
    [InlineData(Audience, 60, DoctorVerdict.Pass, null, "audience \"pods.eks.amazonaws.com\"")]
    [InlineData("sts.amazonaws.com", 60, DoctorVerdict.Fail, "IRSA604", "The token's audience is \"sts.amazonaws.com\"")]
    [InlineData(Audience, 1440, DoctorVerdict.Fail, "IRSA604", "The token expired at")]
    public async Task Audience_and_expiration_of_the_token_are_those_that_the_agent_accepts(string audience, int ageMinutes, DoctorVerdict verdict, string? id, string words)
    {
        _patient.Write(_patient.Token(audience, ageMinutes));

        var check = await _patient.ExamineAsync(4);

        Assert.Equal((verdict, id), (check.Verdict, check.ErrorId));
        Assert.Contains(words, check.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_token_fails_with_the_remedy_of_this_source_and_is_not_sent()
    {
        _patient.Write("nonsense");

        var report = await _patient.ReportAsync(exchange: true);

        var (token, exchange) = (report.Checks[3], report.Checks[6]);
        Assert.Equal((DoctorVerdict.Fail, "IRSA205"), (token.Verdict, token.ErrorId));
        Assert.Contains("eks-pod-identity-token", token.Remedy, StringComparison.Ordinal);
        Assert.Equal((DoctorVerdict.Skipped, "There is no token to send."), (exchange.Verdict, exchange.Seen));
    }

    [Fact]
    public async Task Without_a_token_file_there_is_nothing_to_read()
    {
        _patient.Variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = null;
        var without = await _patient.ReportAsync();
        _patient.Variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "secret";
        var inVariable = await _patient.ReportAsync();

        Assert.Equal(
            ["The endpoint is asked without a token.", "There is no token.", "A variable holds the token.", "There is no token."],
            new[] { without.Checks[2].Seen, without.Checks[3].Seen, inVariable.Checks[2].Seen, inVariable.Checks[3].Seen });
    }

    [Fact]
    public async Task Without_valid_settings_nothing_is_called()
    {
        _patient.Variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://example.com/";

        var report = await _patient.ReportAsync(exchange: true);

        Assert.Equal("IRSA602", report.Checks[0].ErrorId);
        Assert.Equal([(DoctorVerdict.Skipped, "Without valid settings nothing is called."), (DoctorVerdict.Skipped, "Without valid settings nothing is called.")], new[] { report.Checks[5], report.Checks[6] }.Select(static check => (check.Verdict, check.Seen)));
    }

    [Fact]
    public async Task An_agent_that_does_not_answer_is_told_by_the_exchange_that_was_asked_for()
    {
        Assert.Equal("No exchange was requested.", (await _patient.ExamineAsync(7)).Seen);

        var report = await _patient.ReportAsync(exchange: true);

        Assert.Equal((DoctorVerdict.Fail, "IRSA603"), (report.Checks[6].Verdict, report.Checks[6].ErrorId));
        Assert.Contains("The endpoint is \"http://127.0.0.1:1/v1/credentials\"", report.Checks[5].Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_is_named_is_judged_and_any_role_is_accepted_else()
    {
        Assert.StartsWith("The association names the role. Any role is accepted", (await _patient.ExamineAsync(2)).Seen, StringComparison.Ordinal);
        _patient.Options.RoleArn = TestSettings.Role;

        Assert.Contains("role/app", (await _patient.ExamineAsync(2)).Seen, StringComparison.Ordinal);
    }
}
