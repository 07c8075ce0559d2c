using System.Globalization;

namespace Irsa.Credentials.Tests.Fuzzing;

/// <summary>
/// A short run of each target from a fixed seed and from a random one, which a failure names. <c>tests/fuzz/run</c> makes it longer with
/// <c>IRSA_FUZZ_RUNS</c>, and repeats one with <c>IRSA_FUZZ_SEED</c>.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int ShortRun = 3_000;

    public static TheoryData<string> Targets => [.. All.Select(static target => target.Name)];

    private static IEnumerable<FuzzTarget> All => LibraryTargets.All.Concat(LocalAwsTargets.All);

    [Theory]
    [MemberData(nameof(Targets))]
    public void No_input_breaks_it(string name)
    {
        var target = All.Single(one => one.Name == name);
        var runs = int.Parse(Environment.GetEnvironmentVariable("IRSA_FUZZ_RUNS") ?? $"{(name == "redaction" ? ShortRun / 100 : ShortRun)}", CultureInfo.InvariantCulture);
        int[] seeds = Environment.GetEnvironmentVariable("IRSA_FUZZ_SEED") is { } given ? [int.Parse(given, CultureInfo.InvariantCulture)] : [1, Environment.TickCount];
        foreach (var seed in seeds)
        {
            var mutator = new Mutator(new Random(seed), target.Corpus);
            for (var run = 0; run < runs; run++)
            {
                var input = mutator.Next();
                try
                {
                    target.Run(input);
                }
                catch (Exception broken)
                {
                    Assert.Fail($"{name}, seed {seed}, run {run}, input {Convert.ToHexString(input)}: {broken}");
                }
            }
        }

        output.WriteLine($"{name}: {seeds.Length * (long)runs} executions, seeds {string.Join(" and ", seeds)}");
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void What_is_kept_passes(string name) => Assert.All(All.Single(one => one.Name == name).Corpus, All.Single(one => one.Name == name).Run);
}
