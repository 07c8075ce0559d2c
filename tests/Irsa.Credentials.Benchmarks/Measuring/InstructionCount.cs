using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Irsa.Credentials.Benchmarks.Measuring;

/// <summary>Counts the instructions of one signed S3 GET of a native program by valgrind's callgrind: the same on every machine and at any load.</summary>
internal static partial class InstructionCount
{
    private const int Fewer = 300;
    private const int More = 1300;

    /// <summary>The difference of two runs, so that the start is not in it; of each the least of three, as other threads only add to it.</summary>
    public static async Task<double> OfRequestAsync(string program, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken = default) =>
        (double)(await LeastAsync(program, More, environment, cancellationToken) - await LeastAsync(program, Fewer, environment, cancellationToken)) / (More - Fewer);

    private static async Task<long> LeastAsync(string program, int requests, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var least = long.MaxValue;
        for (var run = 0; run < 3; run++)
        {
            least = Math.Min(least, await OfRunAsync(program, requests, environment, cancellationToken));
        }

        return least;
    }

    private static async Task<long> OfRunAsync(string program, int requests, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("valgrind", ["--tool=callgrind", "--callgrind-out-file=/dev/null", program, "requests", requests.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardError = true,
        };
        WorkerProcess.SetEnvironment(start, environment);

        // No collection in the middle of a run, no reservation of address space that valgrind cannot give, and no waiting thread that spins.
        start.Environment["DOTNET_GCgen0size"] = "10000000";
        start.Environment["DOTNET_GCHeapHardLimit"] = "20000000";
        start.Environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        var collected = Collected().Match(errors);
        return process.ExitCode == 0 && collected.Success
            ? long.Parse(collected.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException(errors);
    }

    [GeneratedRegex(@"Collected : (\d+)")]
    private static partial Regex Collected();
}
