using System.Diagnostics;
using System.Reflection;

[assembly: AssemblyFixture(typeof(Irsa.Credentials.EndToEndTests.PublishedSamples))]

namespace Irsa.Credentials.EndToEndTests;

/// <summary>The sample as it is deployed: with the framework beside it, and as one native file. Published where a test first asks for it.</summary>
public sealed class PublishedSamples : IDisposable
{
    public const string Portable = "portable";
    public const string Native = "native";

    private static readonly string Project = Metadata("SampleProject");
    private static readonly string Folder = Metadata("PublishFolder");

    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<string, string> _programs = [];

    /// <summary>The program's file; the test is skipped where a native one cannot be linked.</summary>
    public async Task<string> ProgramAsync(string form)
    {
        var linker = Linker();
        Assert.SkipWhen(form == Native && linker is null, "A native file needs a linker: install Debian's packages \"gcc\", \"libc6-dev\" and \"zlib1g-dev\".");
        await _one.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (!_programs.TryGetValue(form, out var program))
            {
                var output = Path.Combine(Folder, form);
                await PublishAsync(form == Native ? ["--runtime", "linux-x64", "-p:PublishAot=true", $"-p:CppCompilerAndLinker={linker}"] : [], form, output);
                program = _programs[form] = Path.Combine(output, form == Native ? "S3Microservice" : "S3Microservice.dll");
            }

            return program;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private static string? Linker() => Array.Find(["clang", "gcc"], static name =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, name))));

    private static async Task PublishAsync(string[] form, string name, string output)
    {
        // What was published by an earlier run must not pass for a part of this one.
        if (Directory.Exists(output))
        {
            Directory.Delete(output, recursive: true);
        }

        // Folders and lock files of its own: the ordinary build may be running.
        string[] arguments =
        [
            "publish", Project, "--configuration", "Release", "--output", output, "--artifacts-path", Path.Combine(Folder, "build"),
            $"-p:NuGetLockFilePath={Path.Combine(Folder, name)}.$(MSBuildProjectName).lock.json", "-warnaserror", "--verbosity", "quiet", .. form,
        ];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var inherited in start.Environment.Keys.Where(static key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(inherited);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var (printed, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await printed + await errors);
    }

    private static string Metadata(string key) =>
        typeof(PublishedSamples).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == key).Value!;
}
