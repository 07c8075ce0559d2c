using System.Diagnostics;
using System.Globalization;

namespace Irsa.Credentials.Mutation;

/// <summary>Runs classes of tests in processes of their own.</summary>
internal sealed class TestRuns(MutatedTree tree, IReadOnlyList<string> projects, int workers)
{
    private readonly Dictionary<int, List<(string Project, string Class)>> _classes = [];

    /// <summary>Which classes reach which mutants, quickest class first. A class that fails with all mutants asleep is left out.</summary>
    public void Trace()
    {
        var classes = projects.SelectMany(project => Start(project, ["-list", "classes"], []).Output.Split('\n').Where(name => name.StartsWith("Irsa.", StringComparison.Ordinal)).Select(name => (project, name.Trim())));
        var reached = new List<(TimeSpan Took, string Project, string Class, int[] Ids)>();
        Parallel.ForEach(classes, new ParallelOptions { MaxDegreeOfParallelism = workers }, test =>
        {
            var file = Path.GetTempFileName();
            var watch = Stopwatch.StartNew();
            var run = Start(test.project, ["-class", test.Item2], [("IRSA_MUTANT_TRACE", file)]);
            var ids = File.ReadAllLines(file).Select(id => int.Parse(id, CultureInfo.InvariantCulture)).ToArray();
            File.Delete(file);
            if (run.Code != 0)
            {
                Console.Error.WriteLine($"left out, fails without a mutant: {test.Item2}");
                return;
            }

            lock (reached)
            {
                reached.Add((watch.Elapsed, test.project, test.Item2, ids));
            }
        });
        foreach (var (_, project, name, ids) in reached.OrderBy(run => run.Took))
        {
            foreach (var id in ids)
            {
                if (!_classes.TryGetValue(id, out var list))
                {
                    _classes[id] = list = [];
                }

                list.Add((project, name));
            }
        }
    }

    public bool IsReached(Mutant mutant) => _classes.ContainsKey(mutant.Id);

    /// <summary>Whether a test fails, or never ends, with this mutant awake.</summary>
    public bool IsCaught(Mutant mutant) => _classes.GetValueOrDefault(mutant.Id, []).GroupBy(test => test.Project).Any(tests =>
        Start(tests.Key, [.. tests.SelectMany(test => new[] { "-class", test.Class }), "-stopOnFail"], [("IRSA_MUTANT", mutant.Id.ToString(CultureInfo.InvariantCulture))]).Code != 0);

    private (int Code, string Output) Start(string project, string[] arguments, (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(tree.ExecutableOf(project), [.. arguments, "-noColor"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(2)))
        {
            process.Kill(entireProcessTree: true);
            return (-1, string.Empty);
        }

        _ = errors.Result;
        return (process.ExitCode, output.Result);
    }
}
