using System.Reflection;

namespace Irsa.Credentials.Tests;

/// <summary>What a page of review rules would say.</summary>
public sealed class ConventionTests
{
    private static readonly Type[] Types = typeof(WebIdentityTokenCredentials).Assembly.GetTypes();

    [Fact]
    public void Public_types_live_in_the_root_or_beside_the_containers_own()
    {
        var namespaces = Types.Where(static type => type.IsPublic).Select(static type => type.Namespace).Distinct();

        Assert.All(namespaces, static name => Assert.True(name is "Irsa.Credentials" or "Microsoft.Extensions.DependencyInjection", name));
    }

    [Fact]
    public void Public_classes_are_sealed_or_static() =>
        Assert.All(Types.Where(static type => type is { IsPublic: true, IsClass: true }), static type => Assert.True(type.IsSealed, type.Name));

    [Fact]
    public void Asynchronous_methods_say_so_in_their_names()
    {
        var methods = Types.Where(static type => type.Namespace?.StartsWith("Irsa", StringComparison.Ordinal) == true && !type.IsNested)
            .SelectMany(static type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(static method => !method.IsSpecialName && (typeof(Task).IsAssignableFrom(method.ReturnType) || method.ReturnType.Name.StartsWith("ValueTask", StringComparison.Ordinal)));

        Assert.All(methods, static method => Assert.EndsWith("Async", method.Name, StringComparison.Ordinal));
    }
}
