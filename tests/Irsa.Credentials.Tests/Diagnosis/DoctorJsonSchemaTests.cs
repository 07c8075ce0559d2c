using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Irsa.Credentials.Tests.Diagnosis;

/// <summary>The schema in docs/doctor.md, against real reports.</summary>
public sealed class DoctorJsonSchemaTests : IDisposable
{
    private readonly DoctorFixture _patient = new();
    private readonly JsonDocument _schema = JsonDocument.Parse(Regex.Match(File.ReadAllText(Page), "```json\r?\n(.*?)```", RegexOptions.Singleline).Groups[1].Value);

    private static string Page => Path.Combine(
        Path.GetDirectoryName(typeof(DoctorJsonSchemaTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static item => item.Key == "Readme").Value!)!,
        "docs",
        "doctor.md");

    public void Dispose()
    {
        _patient.Dispose();
        _schema.Dispose();
    }

    [Theory]
    [InlineData("AWS_REGION", "eu-central-1")]
    [InlineData("AWS_REGION", null)]
    [InlineData("AWS_ROLE_ARN", null)]
    [InlineData("AWS_ROLE_ARN", "nonsense")]
    [InlineData("AWS_WEB_IDENTITY_TOKEN_FILE", "relative")]
    public async Task A_report_follows_the_schema(string variable, string? value)
    {
        _patient.Variables[variable] = value;

        using var report = JsonDocument.Parse((await _patient.ReportAsync()).ToJson());

        Assert.Empty(Violations(report.RootElement, _schema.RootElement, "$"));
    }

    [Fact]
    public void The_schema_names_every_check_and_every_verdict()
    {
        var check = _schema.RootElement.GetProperty("properties").GetProperty("checks").GetProperty("items").GetProperty("properties");

        Assert.Equal(Irsa.Credentials.Diagnosis.DoctorChecks.InOrder.Select(static one => one.Name), Words(check.GetProperty("name")));
        Assert.Equal(Enum.GetNames<DoctorVerdict>().Select(static name => name.ToLowerInvariant()), Words(check.GetProperty("verdict")));

        static IEnumerable<string?> Words(JsonElement member) => member.GetProperty("enum").EnumerateArray().Select(static word => word.GetString());
    }

    [Fact]
    public void A_report_that_breaks_the_schema_is_found()
    {
        using var report = JsonDocument.Parse("""{"schemaVersion":2,"exitCode":"0","extra":1,"verdict":"good","checks":[{"number":1.5,"errorIds":["X"]}]}""");

        Assert.Equal(9, Violations(report.RootElement, _schema.RootElement, "$").Count());
    }

    /// <summary>As much of JSON Schema as the page uses.</summary>
    private static IEnumerable<string> Violations(JsonElement value, JsonElement schema, string path)
    {
        if (schema.TryGetProperty("const", out var constant) && constant.GetRawText() != value.GetRawText())
        {
            yield return $"{path} is not {constant}";
        }

        if (schema.TryGetProperty("enum", out var words) && !words.EnumerateArray().Any(word => word.GetRawText() == value.GetRawText()))
        {
            yield return $"{path} is none of {words}";
        }

        if (schema.TryGetProperty("type", out var type) && !IsOf(value, type.GetString()!))
        {
            yield return $"{path} is not of the type {type}";
            yield break;
        }

        if (schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(value.GetString()!, pattern.GetString()!))
        {
            yield return $"{path} does not match {pattern}";
        }

        var members = schema.TryGetProperty("properties", out var properties) ? properties : default;
        foreach (var missing in schema.TryGetProperty("required", out var required) ? required.EnumerateArray().Select(static name => name.GetString()!).Where(name => !value.TryGetProperty(name, out _)) : [])
        {
            yield return $"{path} lacks {missing}";
        }

        foreach (var member in value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : default)
        {
            foreach (var violation in members.TryGetProperty(member.Name, out var ofMember) ? Violations(member.Value, ofMember, $"{path}.{member.Name}") : [$"{path}.{member.Name} is not in the schema"])
            {
                yield return violation;
            }
        }

        if (schema.TryGetProperty("items", out var items))
        {
            foreach (var violation in value.EnumerateArray().SelectMany((item, index) => Violations(item, items, $"{path}[{index}]")))
            {
                yield return violation;
            }
        }
    }

    private static bool IsOf(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => false,
    };
}
