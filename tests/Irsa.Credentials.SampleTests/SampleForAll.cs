using System.Diagnostics;

namespace Irsa.Credentials.SampleTests;

/// <summary>A copy of the sample that every user may read: another one may not be able to enter the folder in which it was built.</summary>
public sealed class SampleForAll : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sample-").FullName;

    public SampleForAll()
    {
        Run("cp", "-r", Path.GetDirectoryName(SampleProcess.Built) + "/.", _folder);
        Run("chmod", "-R", "a+rX", _folder);
    }

    public string Program => Path.Combine(_folder, Path.GetFileName(SampleProcess.Built));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
    }
}
