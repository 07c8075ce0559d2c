using Amazon.SecurityToken.Model;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Sts;

namespace Irsa.Credentials.Tests.Sts;

public sealed class StsResponseValidatorTests
{
    private const string Arn = "arn:aws:sts::111122223333:assumed-role/app/orders-1";

    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("secret\r\nx-injected: 1")]
    [InlineData("secret\n")]
    [InlineData("sec ret")]
    [InlineData("s\u0000ecret")]
    [InlineData("s\u007fecret")]
    [InlineData("s\u00e9cret")]
    [InlineData("s\u202ecret")]
    [InlineData("s\ud800cret")]
    public void A_key_that_is_not_printable_ASCII_is_refused_and_not_shown(string value)
    {
        foreach (var (name, failure) in ((string, Failure?)[])
            [("AccessKeyId", Validate(accessKey: value).Failure), ("SecretAccessKey", Validate(secretKey: value).Failure), ("SessionToken", Validate(token: value).Failure)])
        {
            Assert.Equal(IrsaErrorCode.StsResponseInvalid, failure?.Code);
            Assert.Contains($"its {name} contains characters that are not printable ASCII", failure!.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(value, failure.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(128, 1024, 65536, true)]
    [InlineData(129, 1024, 65536, false)]
    [InlineData(128, 1025, 65536, false)]
    [InlineData(128, 1024, 65537, false)]
    public void A_key_has_a_longest_length(int accessKey, int secretKey, int token, bool isAccepted) =>
        Assert.Equal(isAccepted, Validate(new string('A', accessKey), new string('s', secretKey), new string('t', token)).Failure is null);

    [Theory]
    [InlineData("arn:aws:iam::111122223333:assumed-role/app/orders-1", "a service other than STS")]
    [InlineData("arn:aws:sts:eu-central-1:111122223333:assumed-role/app/orders-1", "names a region")]
    [InlineData("arn:aws:sts::111122223333:federated-user/app/orders-1", "valid session of a role")]
    [InlineData("arn:aws:sts::111122223333:assumed-role/app", "valid session of a role")]
    [InlineData("arn:aws:sts::111122223333:assumed-role/app/", "valid session of a role")]
    [InlineData("arn:aws:sts::111122223333:assumed-role/app/x", "valid session of a role")]
    [InlineData("arn:aws:sts::111122223333:assumed-role/app/a:b", "valid session of a role")]
    [InlineData("arn:aws:sts::111122223333:assumed-role/a*p/orders-1", "valid session of a role")]
    [InlineData("arn:aws:sts::111122223333:assumed-role//orders-1", "valid session of a role")]
    [InlineData("nonsense", "is not an ARN")]
    [InlineData("arn:aws:sts::111122223333:assumed-role/app/orders-1\r\nx", "printable ASCII")]
    public void An_ARN_that_is_not_an_assumed_roles_is_refused_and_not_shown(string arn, string fault)
    {
        var failure = Validate(arn: arn).Failure;

        Assert.Equal(IrsaErrorCode.StsResponseInvalid, failure?.Code);
        Assert.Contains(fault, failure!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(arn, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_ARN_and_a_session_name_have_a_shortest_and_a_longest_length()
    {
        Assert.Null(Validate(arn: "arn:aws:sts::111122223333:assumed-role/app/ab").Failure);
        Assert.Null(Validate(arn: "arn:aws:sts::111122223333:assumed-role/app/" + new string('x', 64)).Failure);
        Assert.Contains("valid session", Validate(arn: "arn:aws:sts::111122223333:assumed-role/app/" + new string('x', 65)).Failure!.Message, StringComparison.Ordinal);
        Assert.Contains("2048", Validate(arn: Arn + new string('x', 3000)).Failure!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("arn:aws-cn:sts::111122223333:assumed-role/app/orders-1")]
    [InlineData("arn:aws:sts::999922223333:assumed-role/app/orders-1")]
    [InlineData("arn:aws:sts::111122223333:assumed-role/other/orders-1")]
    [InlineData("arn:aws:sts::111122223333:assumed-role/team/app/orders-1")]
    public void Credentials_of_another_role_are_refused_by_name(string arn)
    {
        var failure = Validate(arn: arn).Failure;

        Assert.Equal(IrsaErrorCode.WrongRole, failure?.Code);
        Assert.Contains(arn, failure!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void AWS_names_the_session_and_another_server_need_not(string? arn)
    {
        Assert.Contains("incomplete", Validate(arn: arn).Failure!.Message, StringComparison.Ordinal);

        var result = Validate(arn: arn, isAws: false).Result!;
        Assert.Equal((null, null, "ASIAKEY0123456789"), (result.AssumedRoleArn, result.Keys.AccountId, result.Keys.AccessKey));
    }

    [Theory]
    [InlineData("arn:aws:sts:::assumed-role/app/orders-1", null)]
    [InlineData("arn:aws:sts::assumed-role/app/orders-1", null)]
    [InlineData("arn:minio:sts::tenant:assumed-role/app/orders-1", IrsaErrorCode.WrongRole)]
    [InlineData("arn:aws:sts:::assumed-role/other/orders-1", IrsaErrorCode.WrongRole)]
    [InlineData("arn:aws:sts:assumed-role/app/orders-1", null)]
    [InlineData("arn:aws:sts:eu-central-1::assumed-role/app/orders-1", IrsaErrorCode.StsResponseInvalid)]
    [InlineData("arn:aws:iam:::assumed-role/app/orders-1", IrsaErrorCode.StsResponseInvalid)]
    [InlineData("arn:aws:sts:::assumed-role/app", IrsaErrorCode.StsResponseInvalid)]
    [InlineData("arn:aws:sts:::assumed-role/app/orders-1\r\nx: y", IrsaErrorCode.StsResponseInvalid)]
    [InlineData("app", IrsaErrorCode.StsResponseInvalid)]
    public void What_another_server_names_is_still_judged(string arn, IrsaErrorCode? expected)
    {
        Assert.Equal(expected, Validate(arn: arn, isAws: false).Failure?.Code);
        Assert.NotNull(Validate(arn: arn).Failure);
    }

    [Fact]
    public void A_good_answer_is_what_STS_said()
    {
        var result = Validate().Result!;

        Assert.Equal(("ASIAKEY0123456789", "111122223333", Arn, Now.AddHours(1), TimeSpan.FromHours(1), 42L), (result.Keys.AccessKey, result.Keys.AccountId, result.AssumedRoleArn, result.Expiration, result.Lifetime, result.SentAt));
        Assert.Equal("version", Validate().InputVersion);
    }

    private static ExchangeOutcome Validate(string accessKey = "ASIAKEY0123456789", string secretKey = "secret", string token = "token", string? arn = Arn, bool isAws = true)
    {
        var answer = new StsAnswer
        {
            Keys = new() { AccessKeyId = accessKey, SecretAccessKey = secretKey, SessionToken = token, Expiration = Now.AddHours(1).UtcDateTime },
            AssumedRole = new AssumedRoleUser { Arn = arn },
            ServerTime = Now,
            LocalTime = Now,
            SentAt = 42,
            Requested = TimeSpan.FromHours(1),
            InputVersion = "version",
        };
        return StsResponseValidator.Validate(answer, new ExchangeContext("AssumeRole", TestSettings.Role, static () => "sts.example", "eu-central-1", Token: null, Attempts: 1) { IsAws = isAws });
    }
}
