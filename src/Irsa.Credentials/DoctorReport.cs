using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Irsa.Credentials.Diagnosis;

namespace Irsa.Credentials;

/// <summary>What <see cref="IrsaDoctor"/> found. Immutable; holds no secret.</summary>
public sealed class DoctorReport
{
    internal DoctorReport(IEnumerable<DoctorCheck> checks, string? roleArn = null, string? region = null)
    {
        Checks = Array.AsReadOnly([.. checks]);
        RoleArn = roleArn;
        Region = region;
    }

    /// <summary>Gets the version of the JSON that <see cref="ToJson"/> writes. It changes when a member is removed or gets another meaning.</summary>
    public int SchemaVersion { get; } = 1;

    /// <summary>Gets the configured role, valid or not; null without one.</summary>
    [JsonPropertyName("role")]
    public string? RoleArn { get; }

    /// <summary>Gets the configured region, valid or not; null without one.</summary>
    public string? Region { get; }

    /// <summary>Gets the worst verdict of all checks, skipped ones left out.</summary>
    public DoctorVerdict Verdict => Checks.Select(static check => check.Verdict).Where(static verdict => verdict != DoctorVerdict.Skipped).DefaultIfEmpty().Max();

    /// <summary>Gets the exit code of the command <c>irsa doctor</c>: 0 if everything is right, 1 for warnings, 2 for failures.</summary>
    public int ExitCode => Verdict switch
    {
        DoctorVerdict.Fail => 2,
        DoctorVerdict.Warn => 1,
        _ => 0,
    };

    /// <summary>Gets the checks in order.</summary>
    public IReadOnlyList<DoctorCheck> Checks { get; }

    /// <summary>Writes the report as JSON. docs/doctor.md describes it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, DoctorJson.Default.DoctorReport);

    /// <summary>Writes a line for each check, with what to do.</summary>
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
