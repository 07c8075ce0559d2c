using System.Globalization;
using System.Text.Json;

namespace Irsa.Credentials.Trust;

/// <summary>An element of a policy and its path.</summary>
internal readonly record struct PolicyElement(string Path, JsonElement Json)
{
    /// <summary>Gets a value indicating whether it is <c>"*"</c>.</summary>
    public bool IsEverything => Json.ValueKind == JsonValueKind.String && Text() == "*";

    /// <summary>Gets a value indicating whether it is a string or a list of strings.</summary>
    public bool IsTexts => Items().All(static item => item.Json.ValueKind == JsonValueKind.String);

    public static string PathOf(string parent, string name) =>
        !name.All(char.IsAsciiLetterOrDigit) ? $"{parent}[\"{name}\"]" : parent.Length == 0 ? name : $"{parent}.{name}";

    public static string PathOf(string parent, int index) => string.Create(CultureInfo.InvariantCulture, $"{parent}[{index}]");

    public PolicyElement? Member(string name) => Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty(name, out var member)
        ? new PolicyElement(PathOf(Path, name), member)
        : null;

    public IEnumerable<(string Name, PolicyElement Element)> Members()
    {
        var path = Path;
        return Json.ValueKind == JsonValueKind.Object
            ? Json.EnumerateObject().Select(member => (member.Name, new PolicyElement(PathOf(path, member.Name), member.Value)))
            : [];
    }

    /// <summary>IAM treats a single element as a list of one.</summary>
    public IEnumerable<PolicyElement> Items()
    {
        var path = Path;
        return Json.ValueKind == JsonValueKind.Array ? Json.EnumerateArray().Select((item, index) => new PolicyElement(PathOf(path, index), item)) : [this];
    }

    public string[] Texts() => [.. Items().Select(static item => item.Text())];

    public string Text() => Json.ValueKind == JsonValueKind.String ? Json.GetString()! : Json.GetRawText();
}
