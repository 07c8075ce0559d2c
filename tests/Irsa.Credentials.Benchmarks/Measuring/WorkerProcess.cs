using System.Diagnostics;

namespace Irsa.Credentials.Benchmarks.Measuring;

/// <summary>
/// A process of this program that measures one provider alone, because much of the SDK is process-wide. It answers a line with a line, so
/// that the rounds of several providers can take turns.
/// </summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;

    private WorkerProcess(Process process) => _process = process;

    /// <param name="arguments">The command of the worker.</param>
    /// <param name="environment">Variables of its own; those of AWS are not inherited.</param>
    public static WorkerProcess Start(IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        SetEnvironment(start, environment);
        return new WorkerProcess(Process.Start(start)!);
    }

    public static void SetEnvironment(ProcessStartInfo start, IEnumerable<KeyValuePair<string, string>> environment)
    {
        foreach (var inherited in start.Environment.Keys.Where(static key => key.StartsWith("AWS_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(inherited);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
    }

    public async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("A worker ended; its error is above.");

    public async Task<string> AskAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        return await ReadLineAsync();
    }

    /// <summary>Ends the process by the end of its input.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
