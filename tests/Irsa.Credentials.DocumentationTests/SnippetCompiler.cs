using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Irsa.Credentials.DocumentationTests;

/// <summary>
/// Compiles a C# block against the built assemblies, with the implicit usings that a new project has. A block that makes its own builder is a
/// Program.cs, a block with a class is a file, and every other block is part of a method that has the names of <see cref="Surroundings"/>.
/// </summary>
internal static partial class SnippetCompiler
{
    /// <summary>What a block may use without declaring it: what the reader has at that place.</summary>
    private const string Surroundings = """
        public static class Surroundings
        {
            public static Microsoft.AspNetCore.Builder.WebApplicationBuilder builder => null!;
            public static Microsoft.AspNetCore.Builder.WebApplication app => null!;
            public static Microsoft.Extensions.DependencyInjection.IServiceCollection services => null!;
            public static System.IServiceProvider provider => null!;
            public static Amazon.S3.IAmazonS3 s3 => null!;
            public static Irsa.Credentials.Testing.LocalAws aws => null!;
            public static Irsa.Credentials.WebIdentityTokenCredentials credentials => null!;
            public static string policyJson => null!;
            public static System.Threading.CancellationToken cancellationToken => default;
        }
        """;

    private const string ConsoleUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    private const string WebUsings = ConsoleUsings + """
        global using System.Net.Http.Json; global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http; global using Microsoft.AspNetCore.Routing; global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging;
        """;

    private const string TestUsings = ConsoleUsings + " global using Xunit;";

    private static readonly IReadOnlyList<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => path.EndsWith(".dll", StringComparison.Ordinal))
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    public static bool IsTest(string code) => code.Contains("[Fact]", StringComparison.Ordinal);

    /// <summary>Returns the errors and warnings, none where it compiles.</summary>
    public static IReadOnlyList<string> Compile(string code) =>
    [
        .. CompilationOf(code).GetDiagnostics()
            .Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning && diagnostic.Id is not ("CS1701" or "CS1702"))
            .Select(static diagnostic => diagnostic.ToString()),
    ];

    /// <summary>Compiles a block with a class and loads it.</summary>
    public static Assembly Load(string code)
    {
        using var assembly = new MemoryStream();
        Assert.True(CompilationOf(code).Emit(assembly, cancellationToken: TestContext.Current.CancellationToken).Success);
        return Assembly.Load(assembly.ToArray());
    }

    private static CSharpCompilation CompilationOf(string code)
    {
        var (usings, source, kind) = code switch
        {
            _ when code.Contains(".CreateBuilder(", StringComparison.Ordinal) => (WebUsings, code, OutputKind.ConsoleApplication),
            _ when IsTest(code) => (TestUsings, code, OutputKind.DynamicallyLinkedLibrary),
            _ when ClassPattern().IsMatch(code) => (WebUsings, code, OutputKind.DynamicallyLinkedLibrary),
            _ => (WebUsings, InMethod(code), OutputKind.DynamicallyLinkedLibrary),
        };
        return CSharpCompilation.Create(
            "Snippet",
            [.. new[] { usings, source, Surroundings }.Select(static text => CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Latest)))],
            References,
            new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable));
    }

    private static string InMethod(string code)
    {
        var lines = code.Split('\n');
        return $$"""
            {{string.Join('\n', lines.Where(static line => UsingPattern().IsMatch(line)))}}
            using static Surroundings;
            public static class Snippet
            {
                public static async Task RunAsync()
                {
                    await Task.CompletedTask;
                    {{string.Join('\n', lines.Where(static line => !UsingPattern().IsMatch(line)))}}
                }
            }
            """;
    }

    [GeneratedRegex(@"^using [\w.]+;")]
    private static partial Regex UsingPattern();

    [GeneratedRegex(@"^(public |internal )?(sealed |static )*(class|record) ", RegexOptions.Multiline)]
    private static partial Regex ClassPattern();
}
