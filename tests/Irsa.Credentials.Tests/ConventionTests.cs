using System.Reflection;
using System.Text.RegularExpressions;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.Tests;

/// <summary>What a page of review rules would say.</summary>
public sealed class ConventionTests
{
    private static readonly string Readme =
        typeof(ConventionTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static item => item.Key == "Readme").Value!;

    private static readonly string Sources = Path.Combine(Path.GetDirectoryName(Readme)!, "src/Irsa.Credentials");

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
    public void A_room_uses_the_rooms_that_the_README_says() => Assert.Equal(
        Folders.Select(static room => $"{room}: {string.Join(", ", UsedBy(room))}"),
        Rooms.OrderBy(static room => room.Name, StringComparer.Ordinal).Select(static room => $"{room.Name}: {string.Join(", ", room.Uses)}"));

    /// <summary>One pair of rooms knows each other: a failure shows the token's claims, and whoever reads the file says what failed.</summary>
    [Fact]
    public void The_arrows_between_rooms_point_down_the_READMEs_list()
    {
        var order = Rooms.Select(static room => room.Name).ToList();
        var up = Rooms.SelectMany(room => room.Uses.Where(used => order.IndexOf(used) <= order.IndexOf(room.Name)).Select(used => $"{room.Name} -> {used}"));

        Assert.Equal(["Failures -> Tokens"], up);
    }

    private static IEnumerable<string> Folders =>
        Directory.GetDirectories(Sources).Select(static folder => Path.GetFileName(folder)).Where(static name => name is not ("bin" or "obj")).Order(StringComparer.Ordinal);

    private static List<(string Name, string[] Uses)> Rooms => [.. File.ReadLines(Readme)
        .Select(static line => Regex.Match(line, @"^\| `(?<name>\w+)/` \| .* \| (?<uses>[\w, ]*)\|$"))
        .Where(static row => row.Success)
        .Select(static row => (row.Groups["name"].Value, row.Groups["uses"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))];

    private static IEnumerable<string> UsedBy(string room) => Directory.GetFiles(Path.Combine(Sources, room), "*.cs", SearchOption.AllDirectories)
        .SelectMany(static file => Regex.Matches(File.ReadAllText(file), @"^using (?:static |\w+ = )?Irsa\.Credentials\.(\w+)", RegexOptions.Multiline))
        .Select(static match => match.Groups[1].Value)
        .Intersect(Folders)
        .Except([room])
        .Order(StringComparer.Ordinal);
}
