using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;

namespace Irsa.Credentials.Benchmarks.Measuring;

/// <summary>The common look of the plots in docs/.</summary>
internal static class Plot
{
    public static PlotModel Create(string title, string x, string y)
    {
        // Margins and distances are given, because the browser's font may be wider than the one that the library measures.
        var model = new PlotModel { Title = title, TitleFontSize = 14, DefaultFont = "sans-serif", Background = OxyColors.White, PlotMargins = new OxyThickness(80, 0, 20, 45) };
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = x, Minimum = 0, MajorGridlineStyle = LineStyle.Dot });
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = y, AxisTitleDistance = 20, Minimum = 0, MajorGridlineStyle = LineStyle.Dot, StringFormat = "#,0" });
        model.Legends.Add(new Legend { LegendPosition = LegendPosition.TopCenter, LegendPlacement = LegendPlacement.Outside, LegendOrientation = LegendOrientation.Horizontal, LegendItemSpacing = 60, LegendPadding = 40 });
        return model;
    }

    /// <summary>One colour for one name in every plot; the colours are told apart without red and green.</summary>
    public static OxyColor ColorOf(string name) => OxyColor.Parse(name switch
    {
        _ when name.StartsWith("Irsa", StringComparison.Ordinal) => name.Contains("chain", StringComparison.Ordinal) ? "#56B4E9" : "#0072B2",
        _ when name.StartsWith("Stock", StringComparison.Ordinal) => "#D55E00",
        _ when name.StartsWith("Go", StringComparison.Ordinal) => "#E69F00",
        _ => "#888888",
    });

    public static void Save(PlotModel model, string file)
    {
        using var stream = File.Create(file);
        new SvgExporter { Width = 900, Height = 420 }.Export(model, stream);
    }
}
