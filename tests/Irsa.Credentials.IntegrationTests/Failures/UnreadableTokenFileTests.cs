using System.Diagnostics;
using System.Reflection;

namespace Irsa.Credentials.IntegrationTests.Failures;

/// <summary>A token file that the process may not read, in a process without root's right to read everything.</summary>
public sealed class UnreadableTokenFileTests
{
    private static readonly string Assembly = typeof(UnreadableTokenFileTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static item => item.Key == "ToolAssembly").Value!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mode_owner_and_user_are_shown_and_fsGroup_is_the_remedy()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists("/usr/bin/setpriv"), "Root of Linux with setpriv only; the table's row covers other users.");
        await using var scene = await FailureScenario.StartAsync(Cancel);
        var path = scene.PlaceToken(scene.Token);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.None);
        }

        // Not another user: that one might not be able to read the runtime either.
        using var process = Process.Start(new ProcessStartInfo(
            "setpriv",
            ["--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search", "dotnet", Assembly, "exchange", "--role", scene.Aws.RoleArn, "--token-file", path, "--region", scene.Aws.Region, "--sts-endpoint", scene.Aws.Sts.Endpoint.AbsoluteUri])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(Cancel);
        var errors = process.StandardError.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        var said = await output + await errors;

        Assert.Contains("IRSA202", said, StringComparison.Ordinal);
        Assert.Contains("its mode is 0000, its owner 0:0, and this process runs as user 0, group 0", said, StringComparison.Ordinal);
        Assert.Contains("fsGroup: 65534", said, StringComparison.Ordinal);
        Assert.Empty(scene.Aws.Sts.Calls);
    }
}
