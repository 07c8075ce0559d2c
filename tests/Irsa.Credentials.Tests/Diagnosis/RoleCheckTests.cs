namespace Irsa.Credentials.Tests.Diagnosis;

public sealed class RoleCheckTests : IDisposable
{
    private readonly DoctorFixture _patient = new();

    public void Dispose() => _patient.Dispose();

    [Theory]
    [InlineData("arn:aws:iam::111122223333:role/app", "eu-central-1", DoctorVerdict.Pass, null)]
    [InlineData("arn:aws-cn:iam::111122223333:role/app", "cn-north-1", DoctorVerdict.Pass, null)]
    [InlineData("arn:aws:iam::111122223333:role/app", "xx-moon-1", DoctorVerdict.Pass, null)]
    [InlineData("arn:aws:iam::111122223333:role/app", "cn-north-1", DoctorVerdict.Fail, "IRSA108")]
    [InlineData("arn:aws:iam::111122223333:user/app", "eu-central-1", DoctorVerdict.Fail, "IRSA104")]
    [InlineData("arn:aws:iam::1111:role/app", "Frankfurt", DoctorVerdict.Fail, "IRSA104")]
    [InlineData(null, "eu-central-1", DoctorVerdict.Skipped, null)]
    public async Task The_role_ARN_and_its_partition_are_checked(string? role, string region, DoctorVerdict verdict, string? id)
    {
        _patient.Variables["AWS_ROLE_ARN"] = role;
        _patient.Variables["AWS_REGION"] = region;
        _patient.Variables["AWS_ENDPOINT_URL_STS"] = null;
        _patient.Options.ConfigureSts = static sts => sts.ServiceURL = "http://127.0.0.1:1/";

        var check = await _patient.ExamineAsync(2);

        Assert.Equal(("role", verdict, id), (check.Name, check.Verdict, check.ErrorId));
    }

    [Fact]
    public async Task An_option_takes_precedence_over_its_variable()
    {
        _patient.Options.RoleArn = "arn:aws:iam::111122223333:role/other";

        Assert.StartsWith("\"arn:aws:iam::111122223333:role/other\".", (await _patient.ExamineAsync(2)).Seen, StringComparison.Ordinal);
    }
}
