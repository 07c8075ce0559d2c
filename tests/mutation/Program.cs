using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Irsa.Credentials.Mutation;

// Arguments: the copy of the repository, the minutes that may be used for each test project, the mutants of each room, and rooms or files.
var (root, minutes, sample, rooms) = (args[0], double.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2], CultureInfo.InvariantCulture), args[3..]);
string[] projects = (Environment.GetEnvironmentVariable("IRSA_MUTATION_TESTS") ?? "Tests IntegrationTests").Split(' ');
projects = [.. projects.Select(project => $"Irsa.Credentials.{project}")];

var tree = new MutatedTree(root, rooms, projects);
tree.Build();

// A fixed shuffle, and one of each room in turn, so that what is done when the time is over is a sample of every room.
Mutant[] mutants = [.. tree.Mutants.Where(mutant => !mutant.IsDropped)];
Mutant[] sampled = [.. mutants.OrderBy(mutant => (mutant.Id * 7919L) % 10007).GroupBy(mutant => mutant.Room)
    .SelectMany(room => room.Take(sample).Index()).OrderBy(one => one.Index).Select(one => one.Item)];
Console.WriteLine($"{mutants.Length} mutants, {tree.Mutants.Count - mutants.Length} that do not compile; a sample of {sampled.Length}");
var verdicts = new Dictionary<Mutant, Verdict>();
foreach (var project in projects)
{
    // The first project is given the whole sample, each further one those that are still alive.
    Mutant[] open = project == projects[0] ? sampled : [.. sampled.Where(mutant => verdicts.TryGetValue(mutant, out var before) && IsAlive(before))];
    var runs = new TestRuns(tree, project);
    Console.WriteLine($"{project}: finds out which classes reach which mutants");
    runs.Trace();
    var used = Stopwatch.StartNew();
    Parallel.ForEach(Partitioner.Create(open, EnumerablePartitionerOptions.NoBuffering), MutatedTree.Parallelism, mutant =>
    {
        if (used.Elapsed.TotalMinutes > minutes)
        {
            return;
        }

        var watch = Stopwatch.StartNew();
        var (verdict, failed) = runs.Try(mutant);
        lock (verdicts)
        {
            if (verdict == Verdict.NotReached)
            {
                verdicts.TryAdd(mutant, verdict);
                return;
            }

            // What has stopped the tests of one project does not survive because it passes those of another.
            verdicts[mutant] = verdict == Verdict.Survived && verdicts.GetValueOrDefault(mutant) == Verdict.Idle ? Verdict.Idle : verdict;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{verdicts.Count}/{sampled.Length} {verdict} in {watch.Elapsed.TotalSeconds:0.0} s: {mutant} {failed}"));
        }
    });
}

Console.WriteLine();
foreach (var (mutant, verdict) in verdicts.Where(pair => IsAlive(pair.Value)).OrderBy(pair => pair.Key.Id))
{
    Console.WriteLine($"{verdict}: {mutant}");
}

Console.WriteLine();
foreach (var room in mutants.GroupBy(mutant => mutant.Room).OrderBy(room => room.Key, StringComparer.Ordinal))
{
    Verdict[] known = [.. room.Where(verdicts.ContainsKey).Select(mutant => verdicts[mutant])];
    var counts = Enum.GetValues<Verdict>().Select(verdict => (Verdict: verdict, Count: known.Count(one => one == verdict))).ToDictionary();
    var (dead, tried) = (counts[Verdict.Caught] + counts[Verdict.TimedOut], Math.Max(1.0, known.Length));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{room.Key,-20} {dead / tried:P1}, {(dead + counts[Verdict.Idle]) / tried:P1} with idle ones: {known.Length} of {room.Count()} tried, {counts[Verdict.Caught]} caught, {counts[Verdict.TimedOut]} timed out, {counts[Verdict.Idle]} idle, {counts[Verdict.Survived]} survived, {counts[Verdict.NotReached]} not reached"));
}

static bool IsAlive(Verdict verdict) => verdict is Verdict.Survived or Verdict.NotReached or Verdict.Idle;
