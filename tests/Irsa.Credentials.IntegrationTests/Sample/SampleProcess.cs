using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Irsa.Credentials.IntegrationTests.Sample;

/// <summary>The sample service as a process of its own, with exactly the variables that a test gives it.</summary>
internal sealed partial class SampleProcess : IAsyncDisposable
{
    private static readonly string Built = typeof(SampleProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static item => item.Key == "SampleAssembly").Value!;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = [];
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SampleProcess(IReadOnlyDictionary<string, string> variables, string program)
    {
        var isAssembly = program.EndsWith(".dll", StringComparison.Ordinal);
        string[] arguments = ["--urls", "http://127.0.0.1:0"];
        var start = new ProcessStartInfo(isAssembly ? "dotnet" : program, isAssembly ? [program, .. arguments] : arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(program),
        };
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("AWS_", StringComparison.Ordinal) || name.StartsWith("ASPNETCORE_", StringComparison.Ordinal)).ToList())
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
        _process.Exited += (_, _) => _address.TrySetException(new InvalidOperationException("The sample ended: " + Output));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => string.Join('\n', _output);

    /// <param name="variables">What it gets beside this process's own that are not AWS's.</param>
    /// <param name="program">An assembly or a native file; the default is what this test project was built with.</param>
    public static async Task<(SampleProcess Process, HttpClient Client)> StartAsync(IReadOnlyDictionary<string, string> variables, string? program = null)
    {
        var process = new SampleProcess(variables, program ?? Built);
        var address = await process._address.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, TestContext.Current.CancellationToken);
        return (process, new HttpClient { BaseAddress = address });
    }

    /// <summary>Starts a sample that is expected to give up, and returns its exit code with all that it wrote.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(IReadOnlyDictionary<string, string> variables)
    {
        await using var process = new SampleProcess(variables, Built);
        _ = process._address.Task.ContinueWith(static task => task.Exception, TaskScheduler.Default);
        await process._process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process._process.ExitCode, process.Output);
    }

    /// <summary>Asks it to end as the kubelet does, and returns its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
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
        if (ListeningPattern().Match(line) is { Success: true } listening)
        {
            _address.TrySetResult(new Uri(listening.Groups[1].Value));
        }
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex ListeningPattern();
}
