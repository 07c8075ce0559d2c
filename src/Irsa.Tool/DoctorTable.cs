using System.Globalization;
using Irsa.Credentials;

namespace Irsa.Tool;

/// <summary>Prints the report for people: a row for each check, then the documents to copy, then one line that names the ids.</summary>
internal static class DoctorTable
{
    private const int NarrowestTable = 60;
    private const int VerdictWidth = 8;
    private const int TitleWidth = 21;

    public static void Write(DoctorReport report)
    {
        foreach (var check in report.Checks)
        {
            WriteCheck(check);
        }

        foreach (var check in report.Checks.Where(static check => check.Details is not null))
        {
            Console.Out.WriteLine();
            Console.Out.WriteLine($"{check.Number} {check.Name}:");
            TextOutput.WriteDocument(check.Details!);
        }

        Console.Out.WriteLine();
        var (word, color) = Mark(report.Verdict);
        TextOutput.WriteWord(word, color);
        Console.Out.Write(": ");
        TextOutput.WriteParagraph(Summary(report), indent: word.Length + 2);
    }

    private static void WriteCheck(DoctorCheck check)
    {
        var (word, color) = Mark(check.Verdict);
        TextOutput.WriteWord(word, color);
        var title = string.Create(CultureInfo.InvariantCulture, $"{check.Number,2} {check.Name}");
        var indent = VerdictWidth + TitleWidth;
        if (TextOutput.Width >= NarrowestTable)
        {
            Console.Out.Write($"{new string(' ', VerdictWidth - word.Length)}{title.PadRight(TitleWidth)}");
        }
        else
        {
            Console.Out.WriteLine($" {title}");
            indent = 2;
            Console.Out.Write("  ");
        }

        TextOutput.WriteParagraph(check.ErrorId is { } id ? $"{id}: {check.Seen}" : check.Seen, indent);
        if (check.Remedy is { } remedy)
        {
            Console.Out.Write(new string(' ', indent));
            TextOutput.WriteParagraph($"-> {remedy}", indent);
        }
    }

    private static (string Word, ConsoleColor Color) Mark(DoctorVerdict verdict) => verdict switch
    {
        DoctorVerdict.Pass => ("pass", ConsoleColor.Green),
        DoctorVerdict.Warn => ("warn", ConsoleColor.Yellow),
        DoctorVerdict.Fail => ("fail", ConsoleColor.Red),
        _ => ("skipped", ConsoleColor.DarkGray),
    };

    private static string Summary(DoctorReport report) => report.Verdict switch
    {
        DoctorVerdict.Fail => $"{Ids(report, DoctorVerdict.Fail)}Begin with check {First(report, DoctorVerdict.Fail)}.",
        DoctorVerdict.Warn => $"{Ids(report, DoctorVerdict.Warn)}The identity works. See check {First(report, DoctorVerdict.Warn)}.",
        _ => "Nothing to do.",
    };

    /// <summary>The ids of the checks with the worst verdict, for a search in docs/errors.md or with <c>irsa explain</c>.</summary>
    private static string Ids(DoctorReport report, DoctorVerdict verdict)
    {
        string[] ids = [.. report.Checks.Where(check => check.Verdict == verdict).SelectMany(static check => check.ErrorIds).Distinct()];
        return ids.Length == 0 ? string.Empty : $"{string.Join(", ", ids)}. ";
    }

    private static int First(DoctorReport report, DoctorVerdict verdict) => report.Checks.First(check => check.Verdict == verdict).Number;
}
