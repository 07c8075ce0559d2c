using Irsa.Credentials.Benchmarks.Measuring;
using OxyPlot;
using OxyPlot.Series;

namespace Irsa.Credentials.Benchmarks.RideThrough;

/// <summary>Draws the share of pods that notice an outage over its length.</summary>
internal static class RideThroughPlot
{
    public static void Save(IEnumerable<(string Name, double Minutes, double Share)> shares, string file)
    {
        var model = Plot.Create("Pods whose requests fail in an outage of STS, sessions of one hour", "minutes of outage", "% of the pods");
        foreach (var policy in shares.GroupBy(static point => point.Name))
        {
            var line = new LineSeries { Title = policy.Key, StrokeThickness = 2, Color = Plot.ColorOf(policy.Key) };
            line.Points.Add(new DataPoint(0, 0));
            line.Points.AddRange(policy.Select(static point => new DataPoint(point.Minutes, 100 * point.Share)));
            model.Series.Add(line);
        }

        Plot.Save(model, file);
    }
}
