using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Irsa.Credentials.Campaign;

/// <summary>The published sample as a process of its own, with exactly the variables that it is given.</summary>
internal sealed partial class SampleProcess : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = [];
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SampleProcess(string program, IReadOnlyDictionary<string, string> variables, IReadOnlyList<string> launcher, string? preload)
    {
        // Only the sample itself is given the library: programs before it run as another user.
        string[] command = [.. launcher, .. Permissions.Launcher, .. preload is null ? (string[])[] : ["env", "LD_PRELOAD=" + preload], .. program.EndsWith(".dll", StringComparison.Ordinal) ? (string[])["dotnet", program] : [program], "--urls", "http://127.0.0.1:0"];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetDirectoryName(program) };
        foreach (var name in start.Environment.Keys.Where(static name => name != "PATH" && !name.StartsWith("DOTNET_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Gets its address, once it listens.</summary>
    public Task<Uri> Address => _address.Task;

    public bool HasEnded => _process.HasExited;

    public IReadOnlyCollection<string> Output => _output;

    public int OpenFiles => Directory.GetFiles($"/proc/{Id}/fd").Length;

    private string Id => _process.Id.ToString(CultureInfo.InvariantCulture);

    public void Stop() => _ = Kill(_process.Id, 19);

    public void Continue() => _ = Kill(_process.Id, 18);

    /// <summary>As the sample's own user: root may not where its rights over other processes are taken from it.</summary>
    public void LimitFiles(int count) => Permissions.Run([.. Permissions.Launcher, "prlimit", "--pid", Id, string.Create(CultureInfo.InvariantCulture, $"--nofile={count}:")]);

    /// <summary>Asks it to end, as the kubelet does; null if it does not end in the kubelet's time.</summary>
    public async Task<int?> TerminateAsync()
    {
        _ = Kill(_process.Id, 15);
        try
        {
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
            return _process.ExitCode;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        _output.Enqueue(line);
        if (Listening().Match(line) is { Success: true } match)
        {
            _address.TrySetResult(new Uri(match.Groups[1].Value));
        }
    }

    [GeneratedRegex(@"Now listening on: (http://[^\s""]+)")]
    private static partial Regex Listening();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
