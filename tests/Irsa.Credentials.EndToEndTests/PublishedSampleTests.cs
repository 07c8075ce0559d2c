using Irsa.Credentials.SampleTests;

namespace Irsa.Credentials.EndToEndTests;

public sealed class PublishedSampleTests(PublishedSamples samples)
{
    [Theory]
    [InlineData(PublishedSamples.Portable)]
    [InlineData(PublishedSamples.Native)]
    public async Task What_is_published_contains_no_stand_in_for_AWS_whatever_its_environment_is_called(string form)
    {
        var program = await samples.ProgramAsync(form);

        var (exitCode, said) = await SampleProcess.TryAsync(new Dictionary<string, string> { ["ASPNETCORE_ENVIRONMENT"] = "Development" }, program);

        Assert.True(exitCode is not (null or 0), said);
        Assert.Contains("IRSA101", said, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(program)!, "Irsa.Credentials.Testing*"));
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(program)!, "*.lock.json"));
    }
}
