using System.Diagnostics;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.Troubleshooting;

/// <summary>A shell script where LocalAws stands for AWS, with the command on the path: what the README tells to type.</summary>
internal static class Session
{
    public static async Task<int> RunAsync(string tool, string script, string[] names)
    {
        await using var stage = await Stage.SetAsync(tool, options =>
        {
            if (names is [var @namespace, var serviceAccount, var role, var region, _])
            {
                options.Namespace = @namespace;
                options.ServiceAccount = serviceAccount;
                options.RoleArn = role;
                options.Region = region;
            }
        });
        stage.Aws.S3.CreateBucket(names is [.., var bucket] ? bucket : "orders-bucket");
        if (names.Length > 0)
        {
            // A refresh is to be seen, and nobody waits half an hour for it.
            stage.Aws.Sts.Faults.Always(Fault.ShortSession(TimeSpan.FromSeconds(100)));
        }

        var start = new ProcessStartInfo("bash", ["-euxo", "pipefail", Path.GetFullPath(script)])
        {
            WorkingDirectory = Directory.CreateTempSubdirectory("irsa-session-").FullName,
        };
        stage.FillEnvironment(start);
        start.Environment["AWS_ENDPOINT_URL_S3"] = stage.Aws.S3.Endpoint.AbsoluteUri;
        start.Environment["PATH"] = $"{Path.GetDirectoryName(Path.GetFullPath(tool))}:{start.Environment["PATH"]}";
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        Directory.Delete(start.WorkingDirectory, recursive: true);
        return process.ExitCode;
    }
}
