using System.Globalization;
using System.Text;

namespace Irsa.Credentials.Campaign;

/// <summary>What was measured, for people.</summary>
internal static class ResultTable
{
    private const string Begin = "<!-- written by tests/campaign/run -->", End = "<!-- end of tests/campaign/run -->";

    public static string Line(LifeResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"{result.Requests} requests, {result.Failed} failed, slowest {result.Slowest.TotalSeconds:0.0} s{string.Concat(result.Phases.Select(static phase => string.Create(CultureInfo.InvariantCulture, $"; {phase.Phase}: recovered after {phase.Recovery?.TotalSeconds:0.0} s, {phase.Calls} STS calls")))}");

    public static string Render(IReadOnlyList<LifeResult> results, TimeSpan took)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{results.Count} lives with {results.Sum(static result => result.Phases.Count)} faults and {results.Sum(static result => result.Requests)} requests, in {took.TotalMinutes:0} minutes, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}.");
        text.AppendLine();
        Append(text, "STS", results.Where(static result => result.Machine == "none").GroupBy(static result => result.Sts));
        Append(text, "Token file", results.Where(static result => result.Machine == "none").GroupBy(static result => result.Token));
        Append(text, "Machine", results.Where(static result => result.Machine != "none").GroupBy(static result => result.Machine));
        return text.ToString().TrimEnd();
    }

    public static void Write(string page, string table)
    {
        var text = File.ReadAllText(page);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        File.WriteAllText(page, $"{text[..begin]}\n{table}\n{text[end..]}");
    }

    private static void Append(StringBuilder text, string title, IEnumerable<IGrouping<string, LifeResult>> groups)
    {
        text.AppendLine($"| {title} | Failed while credentials lived | Crashes | Recovery: cold | Steady | Near expiry | STS calls | Slowest request |");
        text.AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (var group in groups.OrderBy(static group => group.Key, StringComparer.Ordinal))
        {
            string Slowest(string phase)
            {
                var all = group.SelectMany(static result => result.Phases).Where(one => one.Phase == phase).ToList();
                return all.Count == 0 ? "-" : all.Exists(static one => one.Recovery is null) ? "never" : string.Create(CultureInfo.InvariantCulture, $"{all.Max(static one => one.Recovery!.Value.TotalSeconds):0} s");
            }

            var failed = group.Sum(static result => result.FailedAlive);
            var crashes = group.Count(static result => result.Broken.Any(static broken => broken.Contains("crashed", StringComparison.Ordinal)));
            text.AppendLine(CultureInfo.InvariantCulture, $"| {group.Key} | {failed} | {crashes} | {Slowest("cold")} | {Slowest("steady")} | {Slowest("near expiry")} | {group.SelectMany(static result => result.Phases).Select(static phase => phase.Calls).DefaultIfEmpty().Max()} | {group.Max(static result => result.Slowest.TotalSeconds):0} s |");
        }

        text.AppendLine();
    }
}
