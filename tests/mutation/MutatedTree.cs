using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;

namespace Irsa.Credentials.Mutation;

/// <summary>A copy of the repository, built with the mutants of some rooms in it.</summary>
internal sealed partial class MutatedTree(string root, IReadOnlyList<string> rooms, IReadOnlyList<string> projects)
{
    /// <summary>Wakes the mutant that a variable names, and notes which ones a run reaches.</summary>
    private const string Switch = """
        namespace Irsa.Credentials;
        internal static class Mutants
        {
            private static readonly int Awake = int.Parse(System.Environment.GetEnvironmentVariable("IRSA_MUTANT") ?? "-1");
            private static readonly string? Trace = System.Environment.GetEnvironmentVariable("IRSA_MUTANT_TRACE");
            private static readonly bool[] Reached = new bool[100_000];
            static Mutants() => System.AppDomain.CurrentDomain.ProcessExit += (_, _) => { if (Trace is not null) System.IO.File.WriteAllLines(Trace, Reached.Index().Where(one => one.Item).Select(one => one.Index.ToString())); };
            public static bool IsAwake(int id) { if (Trace is not null) Reached[id] = true; return id == Awake; }
        }
        """;

    private readonly string _package = Path.Combine(root, "src", "Irsa.Credentials");
    private readonly Dictionary<string, string> _sources = [];
    private readonly HashSet<int> _dropped = [];

    public static ParallelOptions Parallelism { get; } = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    public List<Mutant> Mutants { get; } = [];

    public string ExecutableOf(string project) => Path.Combine(root, "tests", project, "bin", "Debug", "net10.0", project);

    /// <summary>Builds again without the mutants that do not compile, until what is left does.</summary>
    public void Build()
    {
        foreach (var path in rooms.SelectMany(FilesOf).Order(StringComparer.Ordinal))
        {
            _sources[path] = File.ReadAllText(path);
        }

        File.WriteAllText(Path.Combine(_package, "Mutants.cs"), Switch);
        for (var attempt = 0; ; attempt++)
        {
            Write();
            var output = Run("src/Irsa.Credentials");
            var before = _dropped.Count;
            foreach (Match error in CompilerError().Matches(output))
            {
                Drop(error.Groups["file"].Value, int.Parse(error.Groups["line"].Value, CultureInfo.InvariantCulture), error.Groups["unassigned"].Value);
            }

            if (!CompilerError().IsMatch(output))
            {
                break;
            }

            if (_dropped.Count == before || attempt == 20)
            {
                throw new InvalidOperationException(output);
            }
        }

        foreach (var project in projects)
        {
            var output = Run($"tests/{project}");
            if (CompilerError().IsMatch(output))
            {
                throw new InvalidOperationException(output);
            }
        }
    }

    [GeneratedRegex(@"(?<file>/[^\s(]+\.cs)\((?<line>\d+),\d+\): error (CS0165: Use of unassigned local variable '(?<unassigned>\w+)')?")]
    private static partial Regex CompilerError();

    [GeneratedRegex(@"Mutants\.IsAwake\((?<id>\d+)\)")]
    private static partial Regex Place();

    private IEnumerable<string> FilesOf(string room) => room.EndsWith(".cs", StringComparison.Ordinal)
        ? [Path.Combine(_package, room)]
        : Directory.EnumerateFiles(Path.Combine(_package, room), "*.cs", SearchOption.AllDirectories);

    private void Write()
    {
        Mutants.Clear();
        foreach (var (path, source) in _sources)
        {
            var mutator = new Mutator(Path.GetRelativePath(_package, path), Mutants, _dropped);
            File.WriteAllText(path, mutator.Visit(CSharpSyntaxTree.ParseText(source).GetRoot()).ToFullString());
        }
    }

    /// <summary>An error is told of a line; the mutants there, or in the nearest line before it (that names the variable), are left out.</summary>
    private void Drop(string file, int line, string variable)
    {
        var lines = File.ReadAllLines(file);
        for (var index = line - 1; index >= 0; index--)
        {
            var ids = Place().Matches(lines[index]).Select(match => int.Parse(match.Groups["id"].Value, CultureInfo.InvariantCulture)).ToArray();
            if (ids.Length > 0 && lines[index].Contains(variable, StringComparison.Ordinal))
            {
                _dropped.UnionWith(ids);
                return;
            }
        }
    }

    private string Run(string project)
    {
        var start = new ProcessStartInfo("dotnet", ["build", project, "-f", "net10.0", "-p:RunAnalyzers=false", "-p:Optimize=true", "-p:TreatWarningsAsErrors=false", "-p:GenerateDocumentationFile=false", "-clp:ErrorsOnly", "-nologo"])
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        return process.StandardOutput.ReadToEnd();
    }
}
