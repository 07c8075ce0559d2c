using System.Diagnostics;
using System.Globalization;
using Irsa.Credentials.Benchmarks.Measuring;

namespace Irsa.Credentials.Benchmarks.Start;

/// <summary>What the start of a whole process costs until it has its first credentials, and until it has its first object.</summary>
internal static class StartCommand
{
    private static readonly (string Container, string Stock, string Ours)[] Pairs = [("no", "Stock", "Ours"), ("yes", "StockInContainer", "OursInContainer")];

    public static async Task RunAsync(bool isShort)
    {
        using var aws = await LocalAwsProcess.StartAsync();
        var table = new MarkdownTable(
            "Form", "Container", "Stock: first credentials, CPU ms", "Irsa.Credentials", "ratio (quartiles)", "Stock: first object, CPU ms", "Irsa.Credentials", "ratio", "size of the file, ratio");
        foreach (var form in Enum.GetValues<MeasuredForm>())
        {
            foreach (var (container, stock, ours) in Pairs)
            {
                var programs = new[] { await MeasuredPrograms.PublishAsync(form, stock), await MeasuredPrograms.PublishAsync(form, ours) };
                var (credentials, objects) = await MeasureAsync(programs, isShort ? 3 : 25, aws.Environment);
                var (low, high) = credentials[1].RatiosTo(credentials[0]).Quartiles;
                table.Add(
                    $"{form}", $"{container}", $"{credentials[0].Median:0.0}", $"{credentials[1].Median:0.0}", $"{credentials[1].MedianRatioTo(credentials[0]):0.00} ({low:0.00} to {high:0.00})",
                    $"{objects[0].Median:0.0}", $"{objects[1].Median:0.0}", $"{objects[1].MedianRatioTo(objects[0]):0.00}", $"{(form == MeasuredForm.Native ? FormattableString.Invariant($"{SizeOf(programs[1]) / SizeOf(programs[0]):0.00}") : "-")}");
            }
        }
    }

    /// <summary>Pairs take turns, and each round begins with the other one, so that what slows the machine down slows both.</summary>
    private static async Task<(Samples[] Credentials, Samples[] Objects)> MeasureAsync(string[] programs, int rounds, IReadOnlyDictionary<string, string> environment)
    {
        var credentials = new[] { new Samples(), new Samples() };
        var objects = new[] { new Samples(), new Samples() };
        for (var round = -1; round < rounds; round++)
        {
            var costs = new (double Credentials, double Object)[2];
            foreach (var i in round % 2 == 0 ? new[] { 0, 1 } : [1, 0])
            {
                costs[i] = await RunAsync(programs[i], environment);
            }

            // The first round fills the page cache.
            for (var i = 0; round >= 0 && i < programs.Length; i++)
            {
                credentials[i].Add(costs[i].Credentials);
                objects[i].Add(costs[i].Object);
            }
        }

        return (credentials, objects);
    }

    private static async Task<(double Credentials, double Object)> RunAsync(string program, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, ["start"]) { RedirectStandardOutput = true };
        WorkerProcess.SetEnvironment(start, environment);
        using var process = Process.Start(start)!;
        var lines = (await process.StandardOutput.ReadToEndAsync()).Split('\n');
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? (Milliseconds(lines[0]), Milliseconds(lines[1]))
            : throw new InvalidOperationException($"{program} failed; its error is above.");
    }

    private static double Milliseconds(string line) => double.Parse(line.AsSpan(line.IndexOf(' ', StringComparison.Ordinal)), CultureInfo.InvariantCulture) / 1000;

    private static double SizeOf(string program) => new FileInfo(program).Length;
}
