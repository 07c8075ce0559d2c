using System.Text;
using System.Text.Json;

namespace Irsa.Credentials.Trust;

/// <summary>A policy as a person pasted it: its elements by path, and the line of each.</summary>
internal sealed class PolicyDocument : IDisposable
{
    private readonly JsonDocument _json;
    private readonly Dictionary<string, int> _lines;

    private PolicyDocument(JsonDocument json, byte[] utf8, PolicyElement root)
    {
        _json = json;
        (_lines, Repeated) = Places(utf8);
        Statements = [.. StatementsOf(root)];
    }

    /// <summary>Gets the paths of elements that stand twice in one object: only one of them is read, and another reader may take the other.</summary>
    public IReadOnlyList<string> Repeated { get; }

    /// <summary>Gets the policy's statements; the text may be a whole policy, with or without what <c>aws iam get-role</c> puts around it, or one of them or their list alone.</summary>
    public IReadOnlyList<PolicyElement> Statements { get; }

    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static PolicyDocument Parse(string text)
    {
        // IAM's own interface gives the document URL-encoded.
        var plain = text.AsSpan().TrimStart() is ['%', ..] ? Uri.UnescapeDataString(text) : text;
        var json = JsonDocument.Parse(plain);
        var root = new PolicyElement(string.Empty, json.RootElement);
        foreach (var wrapper in (string[])["Role", "AssumeRolePolicyDocument"])
        {
            root = root.Member(wrapper) ?? root;
        }

        if (root.Path.Length > 0 && root.Json.ValueKind == JsonValueKind.String)
        {
            using (json)
            {
                return Parse(root.Json.GetString()!);
            }
        }

        return new PolicyDocument(json, Encoding.UTF8.GetBytes(plain), root);
    }

    public int? Line(string path) => _lines.TryGetValue(path, out var line) ? line : null;

    public void Dispose() => _json.Dispose();

    private static IEnumerable<PolicyElement> StatementsOf(PolicyElement root) =>
        root.Member("Statement") is { } statements ? statements.Items()
        : root.Json.ValueKind == JsonValueKind.Array || root.Member("Effect") is not null ? root.Items()
        : [];

    private static (Dictionary<string, int> Lines, List<string> Repeated) Places(byte[] utf8)
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
