using System.Reflection;

namespace Irsa.Credentials.Tests;

/// <summary>Pages of the repository that tests compare with the code.</summary>
internal static class Documentation
{
    /// <summary>Gets the folder of the repository.</summary>
    public static string Root { get; } = Path.GetDirectoryName(
        typeof(Documentation).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static item => item.Key == "Readme").Value!)!;

    public static string[] Lines(string page) => File.ReadAllLines(Path.Combine(Root, page));

    /// <summary>Reads the rows below the heading that begins with a word, without the heading.</summary>
    public static IEnumerable<string[]> Rows(string page, string firstHeading) => Lines(page)
        .SkipWhile(line => !line.StartsWith($"| {firstHeading} |", StringComparison.Ordinal))
        .Skip(2)
        .TakeWhile(static line => line.StartsWith('|'))
        .Select(static line => line[1..^1].Split('|', StringSplitOptions.TrimEntries));
}
