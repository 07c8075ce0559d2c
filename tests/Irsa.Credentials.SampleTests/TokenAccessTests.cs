namespace Irsa.Credentials.SampleTests;

/// <summary>Owner, group and mode that the kubelet gives to the token, and who can read it then.</summary>
public sealed class TokenAccessTests : PodTest
{
    private const int OwnerAndGroup = 0b110_100_000;
    private const int OwnerOnly = 0b110_000_000;

    public TokenAccessTests(SampleForAll sample)
        : base(sample)
    {
    }

    [Theory]
    [InlineData("fsGroup 65534", OwnerAndGroup, 0, PodUser.FsGroup, PodUser.FsGroup, None)]
    [InlineData("fsGroup, but the process was taken out of the group", OwnerAndGroup, 0, PodUser.FsGroup, 0, "IRSA202")]
    [InlineData("one runAsUser for all containers", OwnerOnly, PodUser.App, PodUser.App, 0, None)]
    [InlineData("runAsUser for one container only", OwnerOnly, 1000, 1000, 0, "IRSA202")]
    [InlineData("neither", Everybody, 0, 0, 0, None)]
    [InlineData("neither, before Kubernetes 1.19", OwnerOnly, 0, 0, 0, "IRSA202")]
    public async Task Who_may_read_the_token(string what, int mode, int owner, int group, int furtherGroup, string id)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give a file away and start a process as another user.");
        using var pod = PodOf(Aws.RoleArn, "", mode: mode, owner: owner, group: group);

        var said = await ExpectAsync(pod, id, what, furtherGroup == 0 ? new PodUser(PodUser.App, PodUser.App) : new PodUser(PodUser.App, PodUser.App, furtherGroup));

        if (id != None)
        {
            Assert.Contains("user 1654", said, StringComparison.Ordinal);
        }
    }

    /// <summary>As OpenShift starts a container: a number that no file knows, in root's group, and without a home.</summary>
    [Fact]
    public async Task A_random_user_without_name_and_home_gets_the_role()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give a file away and start a process as another user.");
        using var pod = PodOf(Aws.RoleArn, "HOME=/nonexistent", mode: OwnerAndGroup, group: PodUser.FsGroup);

        await ExpectAsync(pod, None, "random user", new PodUser(1_000_650_000, 0, PodUser.FsGroup));
    }
}
