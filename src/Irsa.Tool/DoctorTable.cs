using System.Globalization;
using Irsa.Credentials;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Irsa.Tool;

/// <summary>The report for people: one row a check, on one screen.</summary>
internal static class DoctorTable
{
    private const int WidthWithoutTerminal = 100;
    private const int NarrowestScreen = 60;

    public static void Write(DoctorReport report)
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var columns) && columns >= NarrowestScreen
                ? columns
                : WidthWithoutTerminal;
        }

        var grid = new Grid { Expand = false };
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 1, 0) });
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        grid.AddColumn(new GridColumn { Padding = new Padding(0) });
        foreach (var check in report.Checks)
        {
            var (word, style) = Mark(check.Verdict);
            grid.AddRow(new Text(word, style), new Text($"{check.Number,2} {check.Name}"), Findings(check));
        }

        AnsiConsole.Write(grid);
        var (last, color) = Mark(report.Verdict);
        AnsiConsole.Write(new Text($"{last}: {Summary(report)}{Environment.NewLine}", color));
    }

    private static Rows Findings(DoctorCheck check)
    {
        var lines = new List<IRenderable> { new Text(check.ErrorId is { } id ? $"{id}: {check.Seen}" : check.Seen) };
        if (check.Details is { } details)
        {
            lines.Add(new Text(details, new Style(decoration: Decoration.Dim)));
        }

        if (check.Remedy is { } remedy)
        {
            lines.Add(new Text($"-> {remedy}", new Style(decoration: Decoration.Bold)));
        }

        return new Rows(lines);
    }

    private static (string Word, Style Style) Mark(DoctorVerdict verdict) => verdict switch
    {
        DoctorVerdict.Pass => ("pass", new Style(Color.Green)),
        DoctorVerdict.Warn => ("warn", new Style(Color.Yellow)),
        DoctorVerdict.Fail => ("FAIL", new Style(Color.Red)),
        _ => ("skip", new Style(Color.Grey)),
    };

    private static string Summary(DoctorReport report) => report.Verdict switch
    {
        DoctorVerdict.Fail => $"begin with check {First(report, DoctorVerdict.Fail)}.",
        DoctorVerdict.Warn => $"it works; see check {First(report, DoctorVerdict.Warn)}.",
        _ => "nothing to do.",
    };

    private static int First(DoctorReport report, DoctorVerdict verdict) => report.Checks.First(check => check.Verdict == verdict).Number;
}
