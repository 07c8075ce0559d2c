using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Tests.Tokens;

public sealed class UnixProcessIdentityTests
{
    [Fact]
    public void The_effective_user_and_group_decide_what_may_be_read()
    {
        var identity = UnixProcessIdentity.Parse(["Name:\tapp", "Uid:\t1\t2\t3\t4", "Gid:\t5\t6\t7\t8", "Groups:\t9 10 ", "Threads:\t1"])!;

        Assert.Equal((2u, 6u), (identity.UserId, identity.GroupId));
        Assert.Equal([9u, 10u], identity.Groups);
    }

    [Theory]
    [InlineData("Uid:\t1\t2", "Gid:\t5\t6", true)]
    [InlineData("Uid:\t1", "Gid:\t5\t6", false)]
    [InlineData("Uid:\t1\t2", "Gid:\t5", false)]
    [InlineData("Uid:\tx\ty", "Gid:\t5\t6", false)]
    [InlineData("Uid", "Gid", false)]
    public void What_cannot_be_read_is_unknown_and_not_the_root_user(string user, string group, bool isKnown) =>
        Assert.Equal(isKnown, UnixProcessIdentity.Parse([user, group]) is not null);
}
