namespace Irsa.Credentials.Benchmarks.Measuring;

/// <summary>Repeated measurements of one thing. The median ignores the rounds that other work on the machine has disturbed.</summary>
internal sealed class Samples
{
    private readonly List<double> _values = [];

    public double Median => Quantile(0.5);

    /// <summary>Gets the two quartiles, which show the noise.</summary>
    public (double Low, double High) Quartiles => (Quantile(0.25), Quantile(0.75));

    public IReadOnlyList<double> Values => _values;

    public void Add(double value) => _values.Add(value);

    /// <summary>The median of the ratios of measurements that were taken one after the other.</summary>
    public double MedianRatioTo(Samples baseline) => RatiosTo(baseline).Median;

    public Samples RatiosTo(Samples baseline)
    {
        var ratios = new Samples();
        ratios._values.AddRange(_values.Zip(baseline._values, static (value, other) => value / other));
        return ratios;
    }

    public double Quantile(double share)
    {
        var ordered = _values.Order().ToList();
        return ordered[(int)Math.Min(ordered.Count - 1, share * ordered.Count)];
    }
}
