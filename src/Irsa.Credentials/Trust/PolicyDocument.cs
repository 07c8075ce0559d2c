using System.Text;
using System.Text.Json;

namespace Irsa.Credentials.Trust;

/// <summary>A policy as a person pasted it: its statements, and the line of each element.</summary>
internal sealed class PolicyDocument : IDisposable
{
    /// <summary>Far more than IAM's limit for a trust policy with all that <c>aws iam get-role</c> adds.</summary>
    public const int LongestText = 1024 * 1024;

    private readonly JsonDocument _json;
    private readonly Dictionary<string, int> _lines;

    private PolicyDocument(JsonDocument json, byte[] utf8, PolicyElement root, string? roleArn)
    {
        _json = json;
        (_lines, Repeated) = ReadPlaces(utf8);
        RoleArn = roleArn;
        IsPermissionsPolicy = root.Member("PolicyDocument") is not null;
        Statements = [.. StatementsOf(root)];
    }

    /// <summary>Gets the role that an answer of <c>aws iam get-role</c> is about; null for a policy alone.</summary>
    public string? RoleArn { get; }

    /// <summary>Gets a value indicating whether it is the answer of a command for the role's permissions, such as <c>aws iam get-role-policy</c>.</summary>
    public bool IsPermissionsPolicy { get; }

    /// <summary>Gets the paths of elements that occur twice in one object. IAM reads one of them, and other readers may read the other.</summary>
    public IReadOnlyList<string> Repeated { get; }

    /// <summary>Gets the policy's statements. The text may be a policy, alone or in the answer of <c>aws iam get-role</c>, a statement, or a list of them.</summary>
    public IReadOnlyList<PolicyElement> Statements { get; }

    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static PolicyDocument Parse(string text)
    {
        var plain = Decode(text);
        var json = JsonDocument.Parse(plain);
        var top = new PolicyElement(string.Empty, json.RootElement);
        var role = top.Member("Role") ?? top;
        var roleArn = role.Member("Arn") is { Json.ValueKind: JsonValueKind.String } arn ? arn.Text() : null;
        if (role.Member("AssumeRolePolicyDocument") is not { } policy)
        {
            return new PolicyDocument(json, Encoding.UTF8.GetBytes(plain), role, roleArn);
        }

        if (policy.Json.ValueKind != JsonValueKind.String)
        {
            return new PolicyDocument(json, Encoding.UTF8.GetBytes(plain), policy, roleArn);
        }

        // IAM's own interface answers with the document as a string, URL-encoded.
        using (json)
        {
            var inner = Decode(policy.Text());
            var document = JsonDocument.Parse(inner);
            return new PolicyDocument(document, Encoding.UTF8.GetBytes(inner), new PolicyElement(string.Empty, document.RootElement), roleArn);
        }
    }

    public int? Line(string path) => _lines.TryGetValue(path, out var line) ? line : null;

    public void Dispose() => _json.Dispose();

    private static string Decode(string text)
    {
        var trimmed = text.Trim('\uFEFF', ' ', '\t', '\r', '\n');
        return trimmed is ['%', ..] ? Uri.UnescapeDataString(trimmed) : text.TrimStart('\uFEFF');
    }

    private static IEnumerable<PolicyElement> StatementsOf(PolicyElement root) =>
        root.Member("Statement") is { } statements ? statements.Items()
        : root.Json.ValueKind == JsonValueKind.Array || root.Member("Effect") is not null ? root.Items()
        : [];

    private static (Dictionary<string, int> Lines, List<string> Repeated) ReadPlaces(byte[] utf8)
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        var repeated = new List<string>();
        var parents = new Stack<(string Path, int Index)>();
        var reader = new Utf8JsonReader(utf8);
        var (line, seen, path) = (1, 0, string.Empty);
        while (reader.Read())
        {
            line += utf8.AsSpan(seen, (int)reader.TokenStartIndex - seen).Count((byte)'\n');
            seen = (int)reader.TokenStartIndex;
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                parents.Pop();
                continue;
            }

            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                path = PolicyElement.PathOf(parents.Peek().Path, reader.GetString()!);
                if (!lines.TryAdd(path, line))
                {
                    repeated.Add(path);
                }

                continue;
            }

            if (parents.TryPeek(out var parent) && parent.Index >= 0)
            {
                parents.Pop();
                parents.Push((parent.Path, parent.Index + 1));
                path = PolicyElement.PathOf(parent.Path, parent.Index);
                lines[path] = line;
            }

            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                parents.Push((path, reader.TokenType == JsonTokenType.StartArray ? 0 : -1));
            }
        }

        return (lines, repeated);
    }
}
