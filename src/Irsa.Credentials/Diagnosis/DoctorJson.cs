using System.Text.Json;
using System.Text.Json.Serialization;

namespace Irsa.Credentials.Diagnosis;

/// <summary>The report as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(LowerCaseVerdict)])]
[JsonSerializable(typeof(DoctorReport))]
internal sealed partial class DoctorJson : JsonSerializerContext
{
    /// <summary>Scripts compare with these words: <c>pass</c>, <c>skipped</c>, <c>warn</c>, <c>fail</c>.</summary>
    internal sealed class LowerCaseVerdict() : JsonStringEnumConverter<DoctorVerdict>(JsonNamingPolicy.CamelCase);
}
