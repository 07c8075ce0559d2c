using System.Diagnostics;
using System.Text.Json;

namespace Irsa.Credentials.DocumentationTests;

/// <summary>What a reader copies works.</summary>
public sealed class SnippetTests
{
    private static readonly Dictionary<string, CodeBlock> Blocks =
        DocumentationPage.Paths.SelectMany(static path => DocumentationPage.Read(path).Blocks).ToDictionary(static block => block.Place);

    public static TheoryData<string> BlocksOf(string languages) =>
        [.. Blocks.Values.Where(block => languages.Split(' ').Contains(block.Language)).Select(static block => block.Place)];

    [Theory]
    [MemberData(nameof(BlocksOf), "csharp")]
    public void A_block_of_CSharp_compiles_without_warnings(string place)
    {
        var faults = SnippetCompiler.Compile(Blocks[place].Code);

        Assert.True(faults.Count == 0, $"{place}:\n{string.Join('\n', faults)}");
    }

    public static TheoryData<string> Tests => [.. Blocks.Values.Where(static block => SnippetCompiler.IsTest(block.Code)).Select(static block => block.Place)];

    [Theory]
    [MemberData(nameof(Tests))]
    public async Task A_test_that_the_documentation_shows_passes(string place)
    {
        var tests = SnippetCompiler.Load(Blocks[place].Code).GetExportedTypes()
            .SelectMany(static type => type.GetMethods().Where(static method => method.IsDefined(typeof(FactAttribute), inherit: false))).ToList();

        Assert.NotEmpty(tests);
        foreach (var test in tests)
        {
            await (Task)test.Invoke(Activator.CreateInstance(test.DeclaringType!), null)!;
        }
    }

    [Theory]
    [MemberData(nameof(BlocksOf), "json")]
    public void A_block_of_JSON_can_be_read(string place)
    {
        using var document = JsonDocument.Parse(Blocks[place].Code);

        Assert.True(document.RootElement.EnumerateObject().Any(), place);
    }

    [Theory]
    [MemberData(nameof(BlocksOf), "bash sh")]
    public async Task A_block_for_the_shell_can_be_read(string place)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-n"]) { RedirectStandardInput = true, RedirectStandardError = true })!;
        await shell.StandardInput.WriteAsync(Blocks[place].Code);
        shell.StandardInput.Close();
        var said = await shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(shell.ExitCode == 0, $"{place}: {said}");
    }

    [Theory]
    [InlineData("builder.Services.AddIrsaAws().AddClient<IAmazonS3>();", "CS0246")]
    [InlineData("using Amazon.S3;\n\nbuilder.Services.AddIrsaAws().AddClients<IAmazonS3>();", "CS1061")]
    [InlineData("var builder = WebApplication.CreateBuilder(args);\nbuilder.Services.AddIrsa();", "CS1929")]
    public void A_block_that_cannot_compile_is_found(string code, string error) =>
        Assert.Contains(SnippetCompiler.Compile(code), fault => fault.Contains(error, StringComparison.Ordinal));
}
