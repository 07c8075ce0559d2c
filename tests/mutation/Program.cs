using System.Globalization;
using Irsa.Credentials.Mutation;

// Arguments: the copy of the repository, the minutes that may be used, and rooms or files.
var (root, minutes, rooms) = (args[0], double.Parse(args[1], CultureInfo.InvariantCulture), args[2..]);
string[] projects = (Environment.GetEnvironmentVariable("IRSA_MUTATION_TESTS") ?? "Tests").Split(' ');
projects = [.. projects.Select(project => $"Irsa.Credentials.{project}")];
const int Workers = 2;

var tree = new MutatedTree(root, rooms, projects);
tree.Build();
var runs = new TestRuns(tree, projects, Workers);
runs.Trace();

Mutant[] mutants = [.. tree.Mutants.Where(mutant => !mutant.IsDropped)];
var caught = mutants.Where(runs.IsReached).ToDictionary(mutant => mutant.Id, _ => (bool?)null);
var used = System.Diagnostics.Stopwatch.StartNew();

// A fixed shuffle, so that what is done when the time is over is a sample of all.
Parallel.ForEach(mutants.Where(runs.IsReached).OrderBy(mutant => (mutant.Id * 7919L) % 10007).ToArray(), new ParallelOptions { MaxDegreeOfParallelism = Workers }, mutant =>
{
    if (used.Elapsed.TotalMinutes < minutes)
    {
        var result = runs.IsCaught(mutant);
        lock (caught)
        {
            caught[mutant.Id] = result;
        }
    }
});

foreach (var mutant in mutants.Where(mutant => !runs.IsReached(mutant) || caught[mutant.Id] == false))
{
    Console.WriteLine($"{(runs.IsReached(mutant) ? "survived" : "not reached")} {mutant.Place} {mutant.Change}: {mutant.Source}");
}

foreach (var room in mutants.GroupBy(mutant => mutant.Place.Split('/')[0]).OrderBy(room => room.Key))
{
    var unreached = room.Count(mutant => !runs.IsReached(mutant));
    var (killed, survived) = (room.Count(mutant => caught.GetValueOrDefault(mutant.Id) == true), room.Count(mutant => runs.IsReached(mutant) && caught[mutant.Id] == false));

    // What was not run counts as the sample does.
    var score = (room.Count() - unreached) * (killed / Math.Max(1.0, killed + survived)) / room.Count();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{room.Key,-20} {score:P1} of {room.Count()}: {killed} caught, {survived} survived, {unreached} not reached, {room.Count() - killed - survived - unreached} not run"));
}
