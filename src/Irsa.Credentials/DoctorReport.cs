using System.Globalization;
using System.Text;
using System.Text.Json;
using Irsa.Credentials.Diagnosis;

namespace Irsa.Credentials;

/// <summary>All that <see cref="IrsaDoctor"/> found. Immutable; holds no secret.</summary>
public sealed class DoctorReport
{
    internal DoctorReport(IEnumerable<DoctorCheck> checks) => Checks = Array.AsReadOnly([.. checks]);

    /// <summary>Gets the worst verdict of all checks; <see cref="DoctorVerdict.Pass"/> where the others were skipped.</summary>
    public DoctorVerdict Verdict => Checks.Select(static check => check.Verdict).Where(static verdict => verdict != DoctorVerdict.Skipped).DefaultIfEmpty().Max();

    /// <summary>Gets what the command <c>irsa doctor</c> ends with: 0 all is well, 1 there are warnings, 2 something failed.</summary>
    public int ExitCode => Verdict switch
    {
        DoctorVerdict.Fail => 2,
        DoctorVerdict.Warn => 1,
        _ => 0,
    };

    /// <summary>Gets the ten checks in order.</summary>
    public IReadOnlyList<DoctorCheck> Checks { get; }

    /// <summary>Writes the report as JSON: <c>verdict</c>, <c>exitCode</c>, and <c>checks</c> with the members of <see cref="DoctorCheck"/>.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, DoctorJson.Default.DoctorReport);

    /// <summary>Writes one line per check, with the next step where there is one.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var check in Checks)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{check.Number,2} {check.Verdict} {check.Name}: {check.Seen}{(check.Remedy is { } remedy ? $" {remedy}" : string.Empty)}");
        }

        return text.ToString();
    }
}
