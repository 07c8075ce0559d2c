using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.SampleTests;

/// <summary>The sample service as a process of its own, with exactly the variables that a test gives it.</summary>
internal sealed partial class SampleProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = [];
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SampleProcess(IReadOnlyDictionary<string, string> variables, string program, PodUser? user)
    {
        string[] command =
        [
            .. user?.Launcher ?? [],
            .. program.EndsWith(".dll", StringComparison.Ordinal) ? (string[])["dotnet", program] : [program],
            "--urls", "http://127.0.0.1:0",
        ];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(program),
        };
        foreach (var name in start.Environment.Keys.Where(static name => name is not ("PATH" or "HOME" or "TMPDIR") && !name.StartsWith("DOTNET_", StringComparison.Ordinal)).ToList())
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

    /// <summary>The variables of a pod on a LocalAws that has this bucket.</summary>
    public static Dictionary<string, string> VariablesOf(LocalAws aws, string bucket = "bucket") => new(aws.Environment)
    {
        ["S3__Bucket"] = bucket,
        ["AWS_ENDPOINT_URL_STS"] = aws.Sts.Endpoint.AbsoluteUri,
        ["AWS_ENDPOINT_URL_S3"] = aws.S3.Endpoint.AbsoluteUri,
    };

    /// <summary>Gets the assembly that this test project was built with.</summary>
    public static string Built { get; } = typeof(SampleProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static item => item.Key == "SampleAssembly").Value!;

    /// <summary>Gets the most memory that it has held so far, as Linux counts it.</summary>
    public long PeakMemoryBytes
    {
        get
        {
            var peak = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/status")).Single(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return 1024 * long.Parse(peak.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="variables">Its environment, beside where programs, the user's folder and .NET lie.</param>
    /// <param name="program">An assembly or a native file; the default is <see cref="Built"/>.</param>
    /// <param name="user">Who it runs as; the default is this process's own user.</param>
    public static async Task<(SampleProcess Process, HttpClient Client)> StartAsync(IReadOnlyDictionary<string, string> variables, string? program = null, PodUser? user = null)
    {
        var process = new SampleProcess(variables, program ?? Built, user);
        try
        {
            return (process, new HttpClient { BaseAddress = await process.ListensAsync() });
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one that may give up: returns its exit code, or null where it listens, and what it says of its readiness then.</summary>
    public static async Task<(int? ExitCode, string Said)> TryAsync(IReadOnlyDictionary<string, string> variables, string? program = null, PodUser? user = null)
    {
        await using var process = new SampleProcess(variables, program ?? Built, user);
        try
        {
            using var http = new HttpClient { BaseAddress = await process.ListensAsync() };
            using var ready = await http.GetAsync("/health/ready", TestContext.Current.CancellationToken);
            return (null, process.Output + '\n' + await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        catch (InvalidOperationException)
        {
            await process._process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process._process.ExitCode, process.Output);
        }
    }

    /// <summary>Asks it to end, as the kubelet does.</summary>
    public void Terminate()
    {
        // The shell's own command: a small image has no other.
        using var kill = Process.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -TERM {_process.Id}")]);
        kill.WaitForExit();
    }

    /// <summary>Asks it to end and returns its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        Terminate();
        return await EndAsync();
    }

    /// <summary>Waits as long as the kubelet does, and returns its exit code.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
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

    /// <exception cref="InvalidOperationException">It has ended instead.</exception>
    private Task<Uri> ListensAsync() => _address.Task.WaitAsync(TimeSpan.FromSeconds(120), TimeProvider.System, TestContext.Current.CancellationToken);

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

    [GeneratedRegex(@"Now listening on: (http://[^\s""]+)")]
    private static partial Regex ListeningPattern();
}
