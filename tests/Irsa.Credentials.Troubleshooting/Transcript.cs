using System.Text;
using System.Text.RegularExpressions;

namespace Irsa.Credentials.Troubleshooting;

/// <summary>What was printed, with what differs from run to run replaced.</summary>
internal sealed partial class Transcript
{
    private const int Width = 100;

    private readonly StringBuilder _text = new();
    private readonly string _tokenFile;

    public Transcript(string tokenFile) => _tokenFile = tokenFile;

    public void Add(string command, string printed)
    {
        _text.Append("\n```console\n$ ").Append(command).Append('\n');
        foreach (var line in Stable(printed).Split('\n').Select(static line => line.TrimEnd()).Where(static line => line.Length > 0))
        {
            Wrap(line);
        }

        _text.Append("```\n");
    }

    public override string ToString() => _text.ToString();

    private void Wrap(string line)
    {
        var indent = new string(' ', Row().Match(line).Length is > 0 and var column ? column : line.Length - line.TrimStart().Length);
        while (line.Length > Width && line.LastIndexOf(' ', Width) is var space && space > indent.Length)
        {
            _text.Append(line.AsSpan(0, space).TrimEnd()).Append('\n');
            line = indent + line[(space + 1)..];
        }

        _text.Append(line).Append('\n');
    }

    private string Stable(string printed)
    {
        var text = printed.ReplaceLineEndings("\n")
            .Replace(_tokenFile, "/var/run/secrets/eks.amazonaws.com/serviceaccount/token", StringComparison.Ordinal)
            .Replace(Path.GetDirectoryName(_tokenFile)!, "/var/run/secrets/eks.amazonaws.com/serviceaccount", StringComparison.Ordinal);
        text = Moment().Replace(text, "2026-01-01 12:00:00Z");
        text = TimeOfDay().Replace(text, "12:00:00 UTC");
        text = Port().Replace(text, "127.0.0.1:PORT");
        text = PortInWords().Replace(text, "127.0.0.1, port PORT");
        text = Took().Replace(text, "after 5 ms");
        text = Age().Replace(text, "Issued 5 seconds ago");
        text = Ids().Replace(text, "N, group N; this process has user N, group N, further groups N");
        text = KeyId().Replace(text, "key \"KEY\"");
        return RequestId().Replace(text, "00000000-0000-0000-0000-000000000000");
    }

    [GeneratedRegex(@"^(pass|warn|fail|skipped) +\d+ (variables|role|token file|token|trust policy|network|exchange|identity|metadata service|service call) +")]
    private static partial Regex Row();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")]
    private static partial Regex Moment();

    [GeneratedRegex(@"\b\d\d:\d\d:\d\d UTC")]
    private static partial Regex TimeOfDay();

    [GeneratedRegex(@"127\.0\.0\.1:\d{4,5}\b")]
    private static partial Regex Port();

    [GeneratedRegex(@"127\.0\.0\.1, port \d{4,5}\b")]
    private static partial Regex PortInWords();

    [GeneratedRegex(@"\bafter \d+ ms")]
    private static partial Regex Took();

    [GeneratedRegex(@"\bIssued\s+\d+\s+seconds?\s+ago")]
    private static partial Regex Age();

    [GeneratedRegex(@"\d+, group \d+; this process has user \d+, group \d+, further groups (none|[\d ]+)")]
    private static partial Regex Ids();

    [GeneratedRegex(@"\bkey\s+""[A-Za-z0-9_-]{6,}""")]
    private static partial Regex KeyId();

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex RequestId();
}
