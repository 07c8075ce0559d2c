using System.Diagnostics;

namespace Irsa.Credentials.Troubleshooting;

/// <summary><c>irsa doctor</c> where all is well: how long it takes, and that it fits one screen. Exit code 1 where it does not.</summary>
internal static class HealthyPod
{
    private const int Runs = 5;
    private const int LongestScreen = 40;

    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(2);

    public static async Task<int> ExamineAsync(string tool)
    {
        await using var stage = await Stage.SetAsync(tool);
        var times = new List<TimeSpan>();
        for (var run = 0; run < Runs; run++)
        {
            var started = Stopwatch.GetTimestamp();
            var (exitCode, printed) = await stage.ExecuteAsync("doctor");
            times.Add(Stopwatch.GetElapsedTime(started));
            if (exitCode != 0)
            {
                Console.Error.WriteLine(printed);
                return 1;
            }
        }

        await stage.RunAsync("doctor");
        var screen = stage.Transcript.ToString();
        var lines = screen.Split('\n').SkipWhile(static line => !line.StartsWith("pass", StringComparison.Ordinal)).TakeWhile(static line => !line.StartsWith("(exit code", StringComparison.Ordinal)).Count();
        times.Sort();
        Console.WriteLine(screen);
        Console.WriteLine(FormattableString.Invariant($"{lines} lines of at most 100 columns; {Runs} runs: median {times[Runs / 2].TotalMilliseconds:0} ms, slowest {times[^1].TotalMilliseconds:0} ms"));
        return lines <= LongestScreen && times[^1] < LongestRun ? 0 : 1;
    }
}
