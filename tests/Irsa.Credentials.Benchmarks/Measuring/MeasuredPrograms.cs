using System.Diagnostics;
using System.Reflection;

namespace Irsa.Credentials.Benchmarks.Measuring;

/// <summary>
/// Publishes <c>tests/Irsa.Credentials.MeasuredApp</c> with one provider and in one form: compiled just in time, ready to run, or native.
/// Each has folders and lock files of its own, so that nothing of the repository changes.
/// </summary>
internal static class MeasuredPrograms
{
    private const string Name = "Irsa.Credentials.MeasuredApp";

    private static readonly string Project = Metadata("MeasuredApp");
    private static readonly string Folder = Metadata("PublishFolder");

    /// <summary>Publishes the program again, whatever an earlier run has left.</summary>
    /// <returns>The file to run, with the framework's own launcher in front where it is not a program of its own.</returns>
    public static async Task<string> PublishAsync(MeasuredForm form, string provider, CancellationToken cancellationToken = default)
    {
        var formName = form switch { MeasuredForm.Jit => "jit", MeasuredForm.ReadyToRun => "ready-to-run", _ => "native" };
        var output = Path.Combine(Folder, $"{formName}-{provider}");
        await PublishAsync(
            Project,
            output,
            [
                "--runtime", "linux-x64", "--artifacts-path", Path.Combine(Folder, "build", $"{formName}-{provider}"), $"-p:Form={formName}", $"-p:Provider={provider}",
                $"-p:NuGetLockFilePath={Path.Combine(Folder, formName)}.{provider}.$(MSBuildProjectName).lock.json",
                .. form == MeasuredForm.Native && Find("clang") is null ? ["-p:CppCompilerAndLinker=gcc"] : Array.Empty<string>(),
            ],
            cancellationToken);
        return Path.Combine(output, Name);
    }

    /// <summary>Publishes the sample as its Dockerfile does.</summary>
    /// <returns>The assembly to run.</returns>
    public static async Task<string> PublishSampleAsync(CancellationToken cancellationToken = default)
    {
        var output = Path.Combine(Folder, "sample");
        await PublishAsync(Metadata("Sample"), output, ["--artifacts-path", Path.Combine(Folder, "build", "sample")], cancellationToken);
        return Path.Combine(output, "S3Microservice.dll");
    }

    /// <summary>The path of a command; null where it is not installed.</summary>
    public static string? Find(string command) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, command)).FirstOrDefault(File.Exists);

    private static async Task PublishAsync(string project, string output, IReadOnlyList<string> options, CancellationToken cancellationToken)
    {
        if (Directory.Exists(output))
        {
            Directory.Delete(output, recursive: true);
        }

        string[] arguments = ["publish", project, "--configuration", "Release", "--output", output, "--verbosity", "quiet", .. options];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var inherited in start.Environment.Keys.Where(static key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(inherited);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var (printed, errors) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(await printed + await errors);
        }
    }

    private static string Metadata(string key) =>
        typeof(MeasuredPrograms).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == key).Value!;
}
