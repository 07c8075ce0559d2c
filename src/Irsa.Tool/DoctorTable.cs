using System.Globalization;
using Irsa.Credentials;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Irsa.Tool;

/// <summary>
/// The report for people: one row a check, on one screen. What belongs to a check and is to be copied stands below the table, unbroken
/// whatever the width.
/// </summary>
internal static class DoctorTable
{
    private const int WidthWithoutTerminal = 100;
    private const int NarrowestScreen = 20;
    private const int NarrowestTable = 60;

    public static void Write(DoctorReport report)
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var columns) && columns >= NarrowestScreen
                ? columns
                : WidthWithoutTerminal;
        }

        AnsiConsole.Write(AnsiConsole.Profile.Width < NarrowestTable ? List(report) : Table(report));
        foreach (var check in report.Checks.Where(static check => check.Details is not null))
        {
            Console.WriteLine($"{Environment.NewLine}{check.Number} {check.Name}:{Environment.NewLine}{PlainText.Of(check.Details!)}{Environment.NewLine}");
        }

        var (last, color) = Mark(report.Verdict);
        AnsiConsole.Write(new Text($"{last}: {Summary(report)}{Environment.NewLine}", color));
    }

    private static Grid Table(DoctorReport report)
    {
        var grid = new Grid { Expand = false };
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 1, 0) });
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        grid.AddColumn(new GridColumn { Padding = new Padding(0) });
        foreach (var check in report.Checks)
        {
            var (word, style) = Mark(check.Verdict);
            grid.AddRow(new Text(word, style), new Text(Title(check)), Findings(check));
        }

        return grid;
    }

    private static Rows List(DoctorReport report) => new(report.Checks.SelectMany(static check => (IRenderable[])
    [
        new Text($"{Mark(check.Verdict).Word} {Title(check)}", Mark(check.Verdict).Style),
        new Padder(Findings(check), new Padding(2, 0, 0, 0)),
    ]));

    private static string Title(DoctorCheck check) => $"{check.Number,2} {check.Name}";

    private static Rows Findings(DoctorCheck check)
    {
        var lines = new List<IRenderable> { new Text(PlainText.Of(check.ErrorId is { } id ? $"{id}: {check.Seen}" : check.Seen)) };
        if (check.Remedy is { } remedy)
        {
            lines.Add(new Text(PlainText.Of($"-> {remedy}"), new Style(decoration: Decoration.Bold)));
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
