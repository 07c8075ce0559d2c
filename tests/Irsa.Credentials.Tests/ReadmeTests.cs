using System.Reflection;

namespace Irsa.Credentials.Tests;

public sealed class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(
        typeof(ReadmeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static item => item.Key == "Readme").Value!);

    [Fact]
    public void Every_id_has_a_row_and_every_row_an_id()
    {
        var rows = Readme.Split('\n').Where(static line => line.StartsWith("| IRSA", StringComparison.Ordinal)).Select(static line => line[2..9]);

        Assert.Equal(Enum.GetValues<IrsaErrorCode>().Where(static code => code != IrsaErrorCode.None).Select(static code => $"IRSA{(int)code}"), rows);
    }

    [Fact]
    public void Every_option_has_a_row() => Assert.All(
        typeof(IrsaOptions).GetProperties(),
        static property => Assert.Contains($"`{property.Name}`", Readme, StringComparison.Ordinal));
}
