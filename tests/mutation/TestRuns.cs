using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

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

    /// <summary>The tests did nothing any more and were ended. That some test would have failed in the end is likely, but was not seen.</summary>
    Idle,
}

/// <summary>Runs classes of tests of one project in processes of their own, each bounded in time.</summary>
internal sealed partial class TestRuns(MutatedTree tree, string project)
{
    /// <summary>Quicker classes run first, together: most mutants need no others.</summary>
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(4);

    /// <summary>For a class that is traced, and what each run gets beside five times what its classes took.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5), Least = TimeSpan.FromSeconds(30);

    /// <summary>A process without a tenth of a second of processor time for so long most likely waits for a clock that stands. A few tests of failures have limits of minutes of their own.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(20);

    private readonly Dictionary<int, List<TestClass>> _classes = [];

    /// <summary>
    /// Finds which classes reach which mutants. Left out are classes that fail twice with all mutants asleep, and the fuzzing: it begins at random,
    /// so that what it catches is not repeatable.
    /// </summary>
    public void Trace()
    {
        var names = Start(["-list", "classes"], [], Longest).Output.Split('\n').Where(static name => name.StartsWith("Irsa.", StringComparison.Ordinal)).Select(static name => name.Trim());
        names = names.Where(static name => !name.EndsWith(".FuzzTests", StringComparison.Ordinal));
        Parallel.ForEach(Partitioner.Create(names, EnumerablePartitionerOptions.NoBuffering), MutatedTree.Parallelism, name =>
        {
            if ((Trace(name) ?? Trace(name)) is not { } traced)
            {
                Console.WriteLine($"left out, fails without a mutant: {name}");
                return;
            }

            lock (_classes)
            {
                foreach (var id in traced.Ids)
                {
                    if (!_classes.TryGetValue(id, out var list))
                    {
                        _classes[id] = list = [];
                    }

                    list.Add(new TestClass(name, traced.Took));
                }
            }
        });
    }

    /// <summary>Runs all classes that reach a mutant, with it awake, until one fails: those of its own room first, then the quick ones, then the others.</summary>
    public (Verdict Verdict, string Failed) Try(Mutant mutant)
    {
        var (verdict, failed) = (Verdict.NotReached, string.Empty);
        var room = $".{mutant.Room}.";
        foreach (var tests in _classes.GetValueOrDefault(mutant.Id, [])
            .GroupBy(test => test.Took > Quick ? 2 : test.Name.Contains(room, StringComparison.Ordinal) ? 0 : 1).OrderBy(static group => group.Key))
        {
            var limit = Least + TimeSpan.FromTicks(5 * tests.Sum(static test => test.Took.Ticks));
            (verdict, var output) = Start([.. tests.SelectMany(static test => new[] { "-class", test.Name }), "-stopOnFail"], [("IRSA_MUTANT", mutant.Id.ToString(CultureInfo.InvariantCulture))], limit);
            if (verdict != Verdict.Survived)
            {
                failed = FailedTest().Match(output).Groups["test"].Value;
                break;
            }
        }

        return (verdict, failed);
    }

    [GeneratedRegex(@"(?<test>Irsa\.[^\r\n]+) \[FAIL\]")]
    private static partial Regex FailedTest();

    private (int[] Ids, TimeSpan Took)? Trace(string name)
    {
        var file = Path.GetTempFileName();
        try
        {
            var watch = Stopwatch.StartNew();
            var (verdict, _) = Start(["-class", name], [("IRSA_MUTANT_TRACE", file)], Longest);
            return verdict == Verdict.Survived ? ([.. File.ReadAllLines(file).Select(static id => int.Parse(id, CultureInfo.InvariantCulture))], watch.Elapsed) : null;
        }
        finally
        {
            File.Delete(file);
        }
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
        if (WhyEnded(process, limit) is { } ended)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return (ended, string.Empty);
        }

        // What a test has started may live on and hold the pipe.
        return (process.ExitCode == 0 ? Verdict.Survived : Verdict.Caught, output.Wait(TimeSpan.FromSeconds(5)) ? output.Result : string.Empty);
    }

    /// <summary>Waits for the process. Null where it ends by itself.</summary>
    private static Verdict? WhyEnded(Process process, TimeSpan limit)
    {
        var (all, quiet, before) = (Stopwatch.StartNew(), Stopwatch.StartNew(), TimeSpan.Zero);
        while (!process.WaitForExit(TimeSpan.FromSeconds(1)))
        {
            process.Refresh();
            if (!process.HasExited && process.TotalProcessorTime - before > TimeSpan.FromSeconds(0.1))
            {
                before = process.TotalProcessorTime;
                quiet.Restart();
            }

            if (all.Elapsed > limit || quiet.Elapsed > Quiet)
            {
                return quiet.Elapsed > Quiet ? Verdict.Idle : Verdict.TimedOut;
            }
        }

        return null;
    }

    private sealed record TestClass(string Name, TimeSpan Took);
}
