using System.Text.RegularExpressions;

namespace Irsa.Credentials.DocumentationTests;

/// <summary>What holds for every page.</summary>
public sealed partial class PageTests
{
    /// <summary>Phrases that a reader of plain technical English stumbles over.</summary>
    private static readonly string[] Idiom =
    [
        "anew", "without a word", "has not the shape", "could not be asked", "can be had", "is none", "as it stands", "by itself", "by themselves", "outranked",
        "served on", "dead on arrival", "heeds", "If it stays", "stays for", "on its way", "may not be entered", "refused the way", "what it brings", "with what it brings",
    ];

    public static TheoryData<string> Pages => [.. DocumentationPage.Paths];

    [Fact]
    public void The_README_has_at_most_2000_words() =>
        Assert.InRange(DocumentationPage.Read("README.md").Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length, 1, 2000);

    [Fact]
    public void The_README_names_the_two_commands_before_anything_to_install()
    {
        var text = DocumentationPage.Read("README.md").Text;

        Assert.Contains("\ndotnet run --project samples/S3Microservice\ndotnet test\n", text, StringComparison.Ordinal);
        Assert.True(
            text.IndexOf("dotnet run --project", StringComparison.Ordinal) < text.IndexOf("dotnet add package", StringComparison.Ordinal),
            "The two commands come first.");
    }

    /// <summary>The library's own floor: the first version that Directory.Packages.props names for it.</summary>
    [Fact]
    public void The_README_names_the_oldest_AWS_SDK_that_works()
    {
        var versions = File.ReadAllText(Path.Combine(DocumentationPage.Root, "Directory.Packages.props"));
        var floor = Regex.Match(versions, @"Include=""AWSSDK\.Core"" Version=""\[?([\d.]+)").Groups[1].Value;

        Assert.Contains($"`AWSSDK.Core` {floor} or later", DocumentationPage.Read("README.md").Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_within_the_repository_leads_somewhere(string path)
    {
        var page = DocumentationPage.Read(path);
        var folder = Path.GetDirectoryName(Path.Combine(DocumentationPage.Root, path))!;

        Assert.All(LinkPattern().Matches(page.Prose).Select(static match => match.Groups[1].Value).Where(static link => !link.StartsWith("https://", StringComparison.Ordinal)), link =>
        {
            var (target, anchor) = link.Split('#') is [var file, var heading] ? (file, heading) : (link, null);
            var full = target.Length == 0 ? Path.Combine(DocumentationPage.Root, path) : Path.GetFullPath(Path.Combine(folder, target));
            Assert.True(File.Exists(full) || Directory.Exists(full), $"{path} links to {link}, which does not exist");
            if (anchor is not null)
            {
                Assert.True(HeadingPattern().Matches(File.ReadAllText(full)).Select(static match => AnchorOf(match.Groups[1].Value)).Contains(anchor), $"{path} links to {link}, and there is no such heading");
            }
        });
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_page_is_in_plain_technical_English(string path)
    {
        var prose = DocumentationPage.Read(path).Prose;

        Assert.All(Idiom, phrase => Assert.False(
            Regex.IsMatch(prose, $@"\b{Regex.Escape(phrase)}\b", RegexOptions.IgnoreCase), $"{path} says \"{phrase}\""));
    }

    /// <summary>As GitHub makes it.</summary>
    private static string AnchorOf(string heading) => NotInAnchorPattern().Replace(heading.Trim(), string.Empty).Replace(' ', '-').ToLowerInvariant();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex LinkPattern();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex HeadingPattern();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchorPattern();
}
