using Irsa.Credentials.Benchmarks.Measuring;
using OxyPlot;
using OxyPlot.Series;

namespace Irsa.Credentials.Benchmarks.Fleet;

/// <summary>Draws the calls of fleets over time.</summary>
internal static class FleetPlot
{
    private const int WindowsInAPoint = 6;

    /// <param name="loads">Each policy's fleet.</param>
    /// <param name="from">Where the plot begins.</param>
    /// <param name="file">The SVG file.</param>
    public static void Save(IEnumerable<(string Name, FleetResult Result)> loads, TimeSpan from, string file)
    {
        var model = Plot.Create("Load of 100,000 pods that start within a minute", "hours after the start", "STS calls in the busiest 10 s of each minute");
        foreach (var (name, result) in loads.Reverse())
        {
            // The curves of the Go and the .NET SDK are the same, so the one below is broader.
            var line = new LineSeries { Title = name, StrokeThickness = name.StartsWith("Go", StringComparison.Ordinal) ? 3 : 1.2, Color = Plot.ColorOf(name) };
            var windows = result.CallsInWindows.Skip((int)(from.TotalMilliseconds / SimulatedSts.Window)).Chunk(WindowsInAPoint).Where(static chunk => chunk.Length == WindowsInAPoint);
            line.Points.AddRange(windows.Select((chunk, minute) => new DataPoint((minute + 1) / 60.0, chunk.Max())));
            model.Series.Add(line);
        }

        Plot.Save(model, file);
    }
}
