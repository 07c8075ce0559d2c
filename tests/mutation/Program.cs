using System.Diagnostics;
using System.Globalization;
using Irsa.Credentials.Mutation;

// Arguments: the copy of the repository, the minutes that may be used for each test project, and rooms or files.
var (root, minutes, rooms) = (args[0], double.Parse(args[1], CultureInfo.InvariantCulture), args[2..]);
string[] projects = (Environment.GetEnvironmentVariable("IRSA_MUTATION_TESTS") ?? "Tests IntegrationTests").Split(' ');
projects = [.. projects.Select(project => $"Irsa.Credentials.{project}")];

var tree = new MutatedTree(root, rooms, projects);
tree.Build();

// A fixed shuffle, so that what is done when the time is over is a sample of all.
Mutant[] mutants = [.. tree.Mutants.Where(mutant => !mutant.IsDropped).OrderBy(mutant => (mutant.Id * 7919L) % 10007)];
Console.WriteLine($"{mutants.Length} mutants, {tree.Mutants.Count - mutants.Length} that do not compile");
var verdicts = new Dictionary<Mutant, Verdict>();
foreach (var project in projects)
{
    // The first project is given all mutants, each further one those that are still alive.
    var open = project == projects[0] ? mutants : [.. mutants.Where(mutant => verdicts.TryGetValue(mutant, out var before) && before is Verdict.Survived or Verdict.NotReached)];
    var runs = new TestRuns(tree, project);
    Console.WriteLine($"{project}: finds out which classes reach which mutants");
    runs.Trace();
    var used = Stopwatch.StartNew();
    foreach (var mutant in open.TakeWhile(_ => used.Elapsed.TotalMinutes < minutes))
    {
        var watch = Stopwatch.StartNew();
        var verdict = runs.Try(mutant);
        if (verdict == Verdict.NotReached)
        {
            verdicts.TryAdd(mutant, verdict);
            continue;
        }

        verdicts[mutant] = verdict;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{verdicts.Count}/{mutants.Length} {verdict} in {watch.Elapsed.TotalSeconds:0.0} s: {mutant}"));
    }
}

Console.WriteLine();
foreach (var (mutant, verdict) in verdicts.Where(pair => pair.Value is Verdict.Survived or Verdict.NotReached).OrderBy(pair => pair.Key.Id))
{
    Console.WriteLine($"{verdict}: {mutant}");
}

Console.WriteLine();
foreach (var room in mutants.GroupBy(mutant => mutant.Place.Split('/')[0]).OrderBy(room => room.Key, StringComparer.Ordinal))
{
    Verdict[] known = [.. room.Where(verdicts.ContainsKey).Select(mutant => verdicts[mutant])];
    var counts = Enum.GetValues<Verdict>().Select(verdict => (Verdict: verdict, Count: known.Count(one => one == verdict))).ToDictionary();
    var dead = counts[Verdict.Caught] + counts[Verdict.TimedOut];
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{room.Key,-20} {dead / Math.Max(1.0, known.Length):P1}: {known.Length} of {room.Count()} tried, {counts[Verdict.Caught]} caught, {counts[Verdict.TimedOut]} timed out, {counts[Verdict.Survived]} survived, {counts[Verdict.NotReached]} not reached"));
}
