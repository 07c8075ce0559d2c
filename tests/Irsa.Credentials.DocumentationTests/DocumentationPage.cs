using System.Reflection;
using System.Text.RegularExpressions;

namespace Irsa.Credentials.DocumentationTests;

/// <summary>One Markdown file, with its blocks of code and its prose apart.</summary>
internal sealed partial class DocumentationPage
{
    private DocumentationPage(string path)
    {
        Path = path;
        Text = File.ReadAllText(System.IO.Path.Combine(Root, path));
        Blocks = [.. BlockPattern().Matches(Text).Select(match => new CodeBlock(
            $"{path}:{Text.AsSpan(0, match.Index).Count('\n') + 1}", match.Groups["language"].Value, match.Groups["code"].Value))];
        Prose = BlockPattern().Replace(Text, string.Empty);
    }

    /// <summary>Gets the folder of the repository.</summary>
    public static string Root { get; } = System.IO.Path.GetFullPath(
        typeof(DocumentationPage).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static item => item.Key == "Root").Value!);

    /// <summary>Gets every page that a reader may open, by its path in the repository.</summary>
    public static IReadOnlyList<string> Paths { get; } =
    [
        .. new[] { ".", "docs", "src", "samples" }
            .SelectMany(static folder => Directory.EnumerateFiles(
                System.IO.Path.Combine(Root, folder), "*.md", folder is "." ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories))
            .Select(static file => System.IO.Path.GetRelativePath(Root, file))
            .Where(static path => !BuildOutputPattern().IsMatch(path))
            .Order(StringComparer.Ordinal),
    ];

    public string Path { get; }

    public string Text { get; }

    /// <summary>Gets the text without its blocks of code.</summary>
    public string Prose { get; }

    public IReadOnlyList<CodeBlock> Blocks { get; }

    public static DocumentationPage Read(string path) => new(path);

    [GeneratedRegex(@"^ *```(?<language>\w*)\n(?<code>.*?)^ *```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex BlockPattern();

    [GeneratedRegex("(^|/)(bin|obj)/")]
    private static partial Regex BuildOutputPattern();
}
