using System.Diagnostics;
using System.Globalization;

namespace Irsa.Credentials.Mutation;

/// <summary>How a mutant fared.</summary>
internal enum Verdict
{
    /// <summary>No class of tests reaches it.</summary>
    NotReached,

    /// <summary>All tests passed.</summary>
    Survived,

    /// <summary>A test failed.</summary>
    Caught,

    /// <summary>The tests took many times as long as without it, and were ended.</summary>
    TimedOut,
}

/// <summary>Runs classes of tests of one project in processes of their own, one at a time, and each bounded in time.</summary>
internal sealed class TestRuns(MutatedTree tree, string project)
{
    /// <summary>Quicker classes run first, together: most mutants need no others.</summary>
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(4);

    /// <summary>For a class that is traced, and what each run gets beside five times what its classes took.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2), Least = TimeSpan.FromSeconds(30);

    private readonly Dictionary<int, List<(string Class, TimeSpan Took)>> _classes = [];

    /// <summary>
    /// Finds which classes reach which mutants. Left out are classes that fail with all mutants asleep, and the fuzzing: it begins at random, so
    /// that what it catches is not repeatable.
    /// </summary>
    public void Trace()
    {
        var names = Start(["-list", "classes"], [], Longest).Output.Split('\n').Where(static name => name.StartsWith("Irsa.", StringComparison.Ordinal)).Select(static name => name.Trim());
        foreach (var name in names.Where(static name => !name.EndsWith(".FuzzTests", StringComparison.Ordinal)))
        {
            var file = Path.GetTempFileName();
            var watch = Stopwatch.StartNew();
            var (verdict, _) = Start(["-class", name], [("IRSA_MUTANT_TRACE", file)], Longest);
            var took = watch.Elapsed;
            var ids = File.ReadAllLines(file).Select(static id => int.Parse(id, CultureInfo.InvariantCulture)).ToArray();
            File.Delete(file);
            if (verdict != Verdict.Survived)
            {
                Console.WriteLine($"left out, fails without a mutant: {name}");
                continue;
            }

            foreach (var id in ids)
            {
                if (!_classes.TryGetValue(id, out var list))
                {
                    _classes[id] = list = [];
                }

                list.Add((name, took));
            }
        }
    }

    /// <summary>Runs all classes that reach a mutant, with it awake, until one fails.</summary>
    public Verdict Try(Mutant mutant)
    {
        var verdict = Verdict.NotReached;
        foreach (var tests in _classes.GetValueOrDefault(mutant.Id, []).GroupBy(static test => test.Took < Quick).OrderByDescending(static group => group.Key))
        {
            var limit = Least + TimeSpan.FromTicks(5 * tests.Sum(static test => test.Took.Ticks));
            verdict = Start([.. tests.SelectMany(static test => new[] { "-class", test.Class }), "-stopOnFail"], [("IRSA_MUTANT", mutant.Id.ToString(CultureInfo.InvariantCulture))], limit).Verdict;
            if (verdict != Verdict.Survived)
            {
                break;
            }
        }

        return verdict;
    }

    private (Verdict Verdict, string Output) Start(string[] arguments, (string Name, string Value)[] variables, TimeSpan limit)
    {
        var start = new ProcessStartInfo(tree.ExecutableOf(project), [.. arguments, "-noColor"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return (Verdict.TimedOut, string.Empty);
        }

        // What a test has started may live on and hold the pipe.
        return (process.ExitCode == 0 ? Verdict.Survived : Verdict.Caught, output.Wait(TimeSpan.FromSeconds(5)) ? output.Result : string.Empty);
    }
}
