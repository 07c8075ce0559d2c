using Irsa.Credentials.Tests.Tokens;

namespace Irsa.Credentials.Tests.Diagnosis;

public sealed class TokenCheckTests : IDisposable
{
    private readonly DoctorFixture _patient = new();

    public void Dispose() => _patient.Dispose();

    [Fact]
    public async Task A_good_token_passes_and_says_who_it_is_in_words()
    {
        var check = await _patient.ExamineAsync(4);

        Assert.Equal(("token", DoctorVerdict.Pass, null), (check.Name, check.Verdict, check.ErrorId));
        Assert.StartsWith("Subject \"system:serviceaccount:shop:orders\", issuer \"https://oidc.eks.eu-central-1.amazonaws.com/id/ABC\", audience \"sts.amazonaws.com\", algorithm \"RS256\", key \"key-1\". Issued 60 minutes ago, expires in 23 hours (", check.Seen, StringComparison.Ordinal);
        Assert.DoesNotContain(TestToken.Encode("signature"), check.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sts.amazonaws.com", 60, 1440, DoctorVerdict.Pass, null)]
    [InlineData("sts.amazonaws.com", 1450, 1440, DoctorVerdict.Fail, "IRSA206")]
    [InlineData("sts.amazonaws.com", 1150, 1440, DoctorVerdict.Pass, null)]
    [InlineData("sts.amazonaws.com", 1170, 1440, DoctorVerdict.Warn, "IRSA207")]
    [InlineData("sts.amazonaws.com", -5, 1440, DoctorVerdict.Warn, null)]
    [InlineData("pods.eks.amazonaws.com", 60, 1440, DoctorVerdict.Warn, "IRSA303")]
    [InlineData("https://kubernetes.default.svc", 60, 1440, DoctorVerdict.Warn, "IRSA303")]
    public async Task Audience_and_times_are_checked(string audience, int ageMinutes, int lifeMinutes, DoctorVerdict verdict, string? id)
    {
        _patient.Write(_patient.Token(audience, ageMinutes, lifeMinutes));

        await AssertAsync(verdict, id);
    }

    [Fact]
    public async Task Where_STS_is_asked_the_local_clock_only_warns_of_an_expired_token()
    {
        _patient.Write(_patient.Token(ageMinutes: 1450));

        var check = await _patient.ExamineAsync(4, exchange: true);

        Assert.Equal((DoctorVerdict.Warn, "IRSA206"), (check.Verdict, check.ErrorId));
    }

    [Fact]
    public async Task Where_STS_cannot_be_asked_for_want_of_settings_an_expired_token_fails()
    {
        _patient.Write(_patient.Token(ageMinutes: 1450));
        _patient.Variables["AWS_REGION"] = null;

        Assert.Equal(DoctorVerdict.Fail, (await _patient.ExamineAsync(4, exchange: true)).Verdict);
    }

    [Fact]
    public async Task A_subject_that_is_no_service_account_is_a_warning()
    {
        _patient.Write(_patient.Token(subject: "alice"));

        await AssertAsync(DoctorVerdict.Warn, null);
    }

    [Fact]
    public async Task A_claim_is_shown_without_what_would_move_the_cursor()
    {
        _patient.Write(_patient.Token(audience: "sts.amazonaws.com\\u001b[31m", subject: "alice\\u0007\\nroot"));

        var check = await _patient.ExamineAsync(4);

        Assert.StartsWith("Subject \"alice\\u0007\\u000aroot\", issuer", check.Seen, StringComparison.Ordinal);
        Assert.Contains("audience \"sts.amazonaws.com\\u001b[31m\",", check.Seen, StringComparison.Ordinal);
        Assert.DoesNotContain(check.Seen, char.IsControl);
    }

    [Fact]
    public async Task An_algorithm_that_STS_does_not_take_is_a_warning()
    {
        var parts = _patient.Token().Split('.');
        _patient.Write($"{TestToken.Encode("""{"alg":"none"}""")}.{parts[1]}.{parts[2]}");

        await AssertAsync(DoctorVerdict.Warn, "IRSA306");
    }

    [Theory]
    [InlineData("", "IRSA203")]
    [InlineData("/var/run/secrets/token", "IRSA205")]
    public async Task What_is_no_token_fails_here_and_not_at_the_file(string content, string id)
    {
        _patient.Write(content);

        Assert.Equal(DoctorVerdict.Pass, (await _patient.ExamineAsync(3)).Verdict);
        await AssertAsync(DoctorVerdict.Fail, id);
        Assert.Equal(DoctorVerdict.Skipped, (await _patient.ExamineAsync(5)).Verdict);
    }

    [Fact]
    public async Task What_is_longer_than_a_token_fails()
    {
        _patient.Write(new string('a', 20_001));

        await AssertAsync(DoctorVerdict.Fail, "IRSA204");
    }

    [Fact]
    public async Task The_statement_that_the_role_needs_is_shown_without_any_call()
    {
        var check = await _patient.ExamineAsync(5);

        Assert.Equal(("trust policy", DoctorVerdict.Pass), (check.Name, check.Verdict));
        var needed = TrustPolicy.For("https://oidc.eks.eu-central-1.amazonaws.com/id/ABC", "shop", "orders", TestSettings.Role);
        Assert.Empty(needed.Compare($$"""{"Version":"2012-10-17","Statement":[{{check.Details}}]}"""));
    }

    private async Task AssertAsync(DoctorVerdict verdict, string? id)
    {
        var check = await _patient.ExamineAsync(4);
        Assert.Equal((verdict, id), (check.Verdict, check.ErrorId));
        Assert.Equal(verdict == DoctorVerdict.Pass, check.Remedy is null);
    }
}
