using System.Diagnostics;
using System.Globalization;
using Irsa.Credentials.Campaign;

// Arguments: the published sample; --write; --parallel=N; words that choose lives.
var (program, options, words) = (args[0], args[1..].Where(static argument => argument.StartsWith("--", StringComparison.Ordinal)).ToList(), string.Join(' ', args[1..].Where(static argument => !argument.StartsWith("--", StringComparison.Ordinal))));
var parallel = int.Parse(options.FirstOrDefault(static option => option.StartsWith("--parallel=", StringComparison.Ordinal))?[11..] ?? "30", CultureInfo.InvariantCulture);

var plans = StsFaults.All.SelectMany(static sts => TokenFolder.Faults().Select(token => (Sts: sts, Token: token, Machine: MachineFault.None)))
    .Skip(1).Concat(MachineFault.All().Select(static machine => (Sts: CampaignFault.None, Token: CampaignFault.None, Machine: machine)))
    .Where(plan => $"STS: {plan.Sts.Name} token: {plan.Token.Name} machine: {plan.Machine.Fault.Name}".Contains(words, StringComparison.OrdinalIgnoreCase)).ToList();
Console.WriteLine($"{plans.Count} lives, {parallel} at the same time");

var watch = Stopwatch.StartNew();
var results = new List<LifeResult>();
using var starting = new SemaphoreSlim(2);
var number = 0;
await Parallel.ForEachAsync(plans, new ParallelOptions { MaxDegreeOfParallelism = parallel }, async (plan, _) =>
{
    LifeResult result;
    try
    {
        result = await Life.LiveAsync(program, plan.Sts, plan.Token, plan.Machine, starting);
    }
    catch (Exception failure) when (failure is InvalidOperationException or IOException)
    {
        result = new LifeResult(plan.Sts.Name, plan.Token.Name, plan.Machine.Fault.Name, [], 0, 0, 0, TimeSpan.Zero, ["the campaign itself failed: " + failure.Message], []);
    }

    lock (results)
    {
        results.Add(result);
        Console.WriteLine($"{++number}/{plans.Count} {(result.Broken.Count == 0 ? "good " : "WRONG")} {result.Name}: {ResultTable.Line(result)}");
        foreach (var broken in result.Broken)
        {
            Console.WriteLine("      " + broken);
        }

        if (result.Broken.Count > 0 || plans.Count == 1)
        {
            var file = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"campaign-life-{number}.log"));
            File.WriteAllLines(file, result.Output);
            Console.WriteLine("      what it printed: " + file);
        }
    }
});

var table = ResultTable.Render(results, watch.Elapsed);
Console.WriteLine(table);
var wrong = results.Count(static result => result.Broken.Count > 0);
if (options.Contains("--write"))
{
    if (wrong > 0 || words.Length > 0)
    {
        Console.WriteLine("not written: " + (wrong > 0 ? "a bound is broken" : "that takes all lives"));
        return 1;
    }

    ResultTable.Write("docs/quality.md", table);
}

return wrong == 0 ? 0 : 1;
