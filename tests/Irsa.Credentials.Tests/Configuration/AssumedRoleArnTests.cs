using Irsa.Credentials.Configuration;

namespace Irsa.Credentials.Tests.Configuration;

public sealed class AssumedRoleArnTests
{
    [Theory]
    [InlineData("arn:aws:sts::111122223333:assumed-role/app/session", "arn:aws:iam::111122223333:role/app", true)]
    [InlineData("arn:aws:sts::111122223333:assumed-role/app/session", "arn:aws:iam::111122223333:role/path/to/app", true)]
    [InlineData("arn:aws-cn:sts::111122223333:assumed-role/app/session", "arn:aws-cn:iam::111122223333:role/app", true)]
    [InlineData("arn:aws:sts:::assumed-role/app/session", "arn:aws:iam:::role/app", true)]
    [InlineData("arn:aws:sts::111122223333:assumed-role/other/session", "arn:aws:iam::111122223333:role/app", false)]
    [InlineData("arn:aws:sts::999922223333:assumed-role/app/session", "arn:aws:iam::111122223333:role/app", false)]
    [InlineData("arn:aws-cn:sts::111122223333:assumed-role/app/session", "arn:aws:iam::111122223333:role/app", false)]
    [InlineData("arn:aws:iam::111122223333:user/app", "arn:aws:iam::111122223333:role/app", false)]
    [InlineData("nonsense", "arn:aws:iam::111122223333:role/app", false)]
    public void A_session_belongs_to_its_role_alone(string session, string role, bool expected) => Assert.Equal(expected, AssumedRoleArn.IsSessionOf(session, role));

    [Theory]
    [InlineData("arn:aws:sts:::assumed-role/app/session", "arn:aws:iam:::role/app", true)]
    [InlineData("arn:aws:sts::assumed-role/app/session", "arn:aws:iam::role/app", true)]
    [InlineData("arn:aws:sts:assumed-role/app/session", "arn:aws:iam:role/app", true)]
    [InlineData("arn:aws:sts::assumed-role/app/session", "arn:aws:iam::111122223333:role/app", true)]
    [InlineData("arn:aws:sts::111122223333:assumed-role/app/session", "arn:aws:iam:::role/app", true)]
    [InlineData("arn:aws:sts:::assumed-role/app/session", "arn:aws:iam:::role/team/app", true)]
    [InlineData("arn:aws:sts:::assumed-role/team/app/session", "arn:aws:iam:::role/team/app", true)]
    [InlineData("arn:aws:sts::assumed-role/a/b/app/session", "arn:aws:iam::role/a/b/app", true)]
    [InlineData("arn:aws:sts:::assumed-role/other/session", "arn:aws:iam:::role/app", false)]
    [InlineData("arn:aws:sts:::assumed-role/other/app/session", "arn:aws:iam:::role/team/app", false)]
    [InlineData("arn:aws:sts:::assumed-role/team/app/session", "arn:aws:iam:::role/app", false)]
    [InlineData("arn:aws:sts:::assumed-role/b/app/session", "arn:aws:iam:::role/a/b/app", false)]
    [InlineData("arn:aws:sts::tenant-2:assumed-role/app/session", "arn:aws:iam::tenant-1:role/app", false)]
    [InlineData("arn:aws:sts:::federated-user/app/session", "arn:aws:iam:::role/app", false)]
    [InlineData("nonsense", "arn:aws:iam:::role/app", false)]
    public void Another_server_may_leave_out_the_account_and_keep_the_path_but_not_change_the_role(string session, string role, bool expected) =>
        Assert.Equal(expected, AssumedRoleArn.MayBeSessionOf(session, role));

    [Theory]
    [InlineData("arn:aws:sts::111122223333:assumed-role/app/session", "111122223333", "session")]
    [InlineData("arn:aws:sts:::assumed-role/app/session", null, "session")]
    public void Account_and_session_name_are_read(string arn, string? account, string session) =>
        Assert.Equal((account, session), (AssumedRoleArn.AccountOf(arn), AssumedRoleArn.SessionNameOf(arn)));
}
