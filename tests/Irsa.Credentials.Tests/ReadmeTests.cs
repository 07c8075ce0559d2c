using System.Reflection;

namespace Irsa.Credentials.Tests;

public sealed class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(
        typeof(ReadmeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static item => item.Key == "Readme").Value!);

    [Fact]
    public void The_table_of_errors_says_what_the_explanations_say() => Assert.Equal(
        IrsaErrorExplanation.All.Select(static row => $"| {row.Id} | {row.Title} | {row.Remedy} |"),
        Readme.Split('\n').Where(static line => line.StartsWith("| IRSA", StringComparison.Ordinal)));

    [Fact]
    public void Every_option_has_a_row() => Assert.All(
        typeof(IrsaOptions).GetProperties(),
        static property => Assert.Contains($"`{property.Name}`", Readme, StringComparison.Ordinal));
}
