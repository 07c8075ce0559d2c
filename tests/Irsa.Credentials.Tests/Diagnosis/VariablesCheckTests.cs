namespace Irsa.Credentials.Tests.Diagnosis;

public sealed class VariablesCheckTests : IDisposable
{
    private readonly DoctorFixture _patient = new();

    public void Dispose() => _patient.Dispose();

    [Fact]
    public async Task What_the_webhook_injects_passes_and_is_listed_by_name()
    {
        var check = await _patient.ExamineAsync(1);

        Assert.Equal(("variables", DoctorVerdict.Pass, null, null), (check.Name, check.Verdict, check.ErrorId, check.Remedy));
        Assert.Contains("AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE, AWS_REGION", check.Seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AWS_ROLE_ARN", null, "IRSA102")]
    [InlineData("AWS_ROLE_ARN", " ", "IRSA102")]
    [InlineData("AWS_WEB_IDENTITY_TOKEN_FILE", null, "IRSA103")]
    [InlineData("AWS_ROLE_SESSION_NAME", "two words", "IRSA106")]
    [InlineData("AWS_REGION", null, "IRSA107")]
    [InlineData("AWS_ENDPOINT_URL_STS", "nowhere", "IRSA109")]
    public async Task Each_fault_has_its_id(string variable, string? value, string id)
    {
        _patient.Variables[variable] = value;

        var check = await _patient.ExamineAsync(1);

        Assert.Equal((DoctorVerdict.Fail, id), (check.Verdict, check.ErrorId));
        Assert.NotNull(check.Remedy);
    }

    [Theory]
    [InlineData(false, "IRSA101")]
    [InlineData(true, "IRSA110")]
    public async Task Nothing_injected_is_told_from_Pod_Identity(bool podIdentity, string id)
    {
        _patient.Variables.Clear();
        _patient.Variables["AWS_EC2_METADATA_DISABLED"] = "true";
        _patient.Variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = podIdentity ? "http://169.254.170.23/v1/credentials" : null;

        var check = await _patient.ExamineAsync(1);

        Assert.Equal((DoctorVerdict.Fail, id), (check.Verdict, check.ErrorId));
        Assert.Contains("IRSA107: ", check.Seen, StringComparison.Ordinal);
    }

    /// <summary>No rule validates these, because the library does not use them.</summary>
    [Theory]
    [InlineData("AWS_PROFILE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCY0123456789")]
    [InlineData("AWS_DEFAULT_REGION", "wJalrXUtnFEMI/K7MDENG+bPxRfiCY0123456789")]
    [InlineData("AWS_DEFAULT_REGION", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQ6cGF5OnBheSJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg")]
    public async Task A_secret_in_the_place_of_what_another_SDK_would_take_is_not_shown(string variable, string secret)
    {
        _patient.Variables[variable] = secret;

        var check = await _patient.ExamineAsync(1);

        Assert.Equal(DoctorVerdict.Warn, check.Verdict);
        Assert.Contains("[removed]", check.Seen, StringComparison.Ordinal);
        Assert.DoesNotContain(secret[^12..], check.Seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")]
    [InlineData("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials")]
    [InlineData("AWS_PROFILE", "work")]
    [InlineData("AWS_DEFAULT_REGION", "us-east-1")]
    public async Task What_another_SDK_would_take_is_a_warning(string variable, string value)
    {
        _patient.Variables[variable] = value;

        var check = await _patient.ExamineAsync(1);

        Assert.Equal(DoctorVerdict.Warn, check.Verdict);
        Assert.Contains(variable, check.Seen, StringComparison.Ordinal);
        Assert.NotNull(check.Remedy);
    }

    [Fact]
    public async Task Values_that_may_hold_a_password_are_not_shown()
    {
        _patient.Variables["HTTPS_PROXY"] = "http://user:hunter2@proxy:3128";
        _patient.Variables["AWS_ACCESS_KEY_ID"] = "AKIAEXAMPLE";

        var check = await _patient.ExamineAsync(1);

        Assert.Contains("HTTPS_PROXY", check.Seen, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", check.Seen, StringComparison.Ordinal);
        Assert.DoesNotContain("AKIAEXAMPLE", check.Seen, StringComparison.Ordinal);
    }
}
