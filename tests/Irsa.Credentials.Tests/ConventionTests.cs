using System.Reflection;
using System.Text.RegularExpressions;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.Tests;

/// <summary>What a page of review rules would say.</summary>
public sealed class ConventionTests
{
    private const string Architecture = "docs/architecture.md";

    private static readonly string Sources = Path.Combine(Documentation.Root, "src/Irsa.Credentials");

    private static readonly Type[] Types = [.. typeof(WebIdentityTokenCredentials).Assembly.GetTypes(), .. typeof(LocalAws).Assembly.GetTypes()];

    [Fact]
    public void Public_types_live_in_the_root_or_beside_the_containers_own()
    {
        var namespaces = Types.Where(static type => type.IsPublic).Select(static type => type.Namespace).Distinct();

        Assert.All(namespaces, static name => Assert.True(name is "Irsa.Credentials" or "Irsa.Credentials.Testing" or "Microsoft.Extensions.DependencyInjection", name));
    }

    [Fact]
    public void Public_classes_are_sealed_or_static() =>
        Assert.All(Types.Where(static type => type is { IsPublic: true, IsClass: true }), static type => Assert.True(type.IsSealed, type.Name));

    [Fact]
    public void Asynchronous_methods_say_so_in_their_names()
    {
        var methods = Types.Where(static type => type.Namespace?.StartsWith("Irsa", StringComparison.Ordinal) == true && !type.IsNested && !typeof(Delegate).IsAssignableFrom(type))
            .SelectMany(static type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(static method => !method.IsSpecialName && (typeof(Task).IsAssignableFrom(method.ReturnType) || method.ReturnType.Name.StartsWith("ValueTask", StringComparison.Ordinal)));

        Assert.All(methods, static method => Assert.EndsWith("Async", method.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_uses_the_folders_that_its_row_names() => Assert.Equal(
        Folders.Select(static folder => $"{folder}: {string.Join(", ", UsedBy(folder))}"),
        Rows.OrderBy(static row => row.Folder, StringComparer.Ordinal).Select(static row => $"{row.Folder}: {string.Join(", ", row.Uses)}"));

    /// <summary>One pair of folders knows each other: a failure shows the token's claims, and the reader of the file says what failed.</summary>
    [Fact]
    public void A_folder_uses_only_folders_below_it_in_the_list()
    {
        var order = Rows.Select(static row => row.Folder).ToList();
        var up = Rows.SelectMany(row => row.Uses.Where(used => order.IndexOf(used) <= order.IndexOf(row.Folder)).Select(used => $"{row.Folder} -> {used}"));

        Assert.Equal(["Failures -> Tokens"], up);
    }

    [Fact]
    public void Each_walk_passes_at_most_eight_files()
    {
        var walks = Documentation.Rows(Architecture, "Walk").ToList();

        Assert.Equal(["A request", "A refresh", "A failure"], walks.Select(static row => row[0]));
        Assert.All(walks, static row => Assert.InRange(FileNames(row[1]).Count, 2, 8));
    }

    [Fact]
    public void Every_source_file_that_the_architecture_names_exists() => Assert.All(
        FileNames(string.Join('\n', Documentation.Lines(Architecture))),
        static name => Assert.True(File.Exists(Path.Combine(Sources, name)), name));

    private static IEnumerable<string> Folders =>
        Directory.GetDirectories(Sources).Select(static folder => Path.GetFileName(folder)).Where(static name => name is not ("bin" or "obj")).Order(StringComparer.Ordinal);

    private static List<(string Folder, string[] Uses)> Rows => [.. Documentation.Rows(Architecture, "Folder")
        .Select(static row => (row[0].Trim('`', '/'), row[2].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))];

    private static List<string> FileNames(string text) => [.. Regex.Matches(text, @"`([\w/]+\.cs)`").Select(static match => match.Groups[1].Value)];

    private static IEnumerable<string> UsedBy(string folder) => Directory.GetFiles(Path.Combine(Sources, folder), "*.cs", SearchOption.AllDirectories)
        .SelectMany(static file => Regex.Matches(File.ReadAllText(file), @"^using (?:static |\w+ = )?Irsa\.Credentials\.(\w+)", RegexOptions.Multiline))
        .Select(static match => match.Groups[1].Value)
        .Intersect(Folders)
        .Except([folder])
        .Order(StringComparer.Ordinal);
}
