using Irsa.Credentials.IntegrationTests.Tool;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.IntegrationTests.PodIdentity;

/// <summary>What the environment of a process does, in a process of its own.</summary>
public sealed class PodIdentityProcessTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A proxy would get the token, and could not reach the agent.</summary>
    [Fact]
    public async Task A_proxy_of_the_environment_is_not_used()
    {
        await using var aws = await LocalAws.StartAsync(cancellationToken: Cancel);
        var variables = new Dictionary<string, string>(aws.PodIdentityEnvironment)
        {
            ["HTTP_PROXY"] = "http://127.0.0.1:1",
            ["ALL_PROXY"] = "http://127.0.0.1:1",
        };

        var run = await ToolRun.StartAsync(variables, "exchange", "--source", "PodIdentity");

        Assert.True(run.ExitCode == 0, run.Printed);
        Assert.Equal(1, aws.PodIdentity.Calls);
    }
}
