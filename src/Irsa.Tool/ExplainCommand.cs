using System.CommandLine;
using Irsa.Credentials;

namespace Irsa.Tool;

/// <summary><c>irsa explain IRSA301</c>: what an id means. Exit code 1 for an id that does not exist.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("ID") { Description = "For instance IRSA301; without it, all ids in one line each.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("explain", "Explains an error id: what was seen, why, and the next step.") { id };
        command.SetAction(parsed => parsed.GetValue(id) is { } asked ? Explain(asked) : List());
        return command;
    }

    private static int Explain(string asked)
    {
        if (IrsaErrorExplanation.Find(asked) is not { } found)
        {
            Console.Error.WriteLine($"There is no error id \"{asked}\". \"irsa explain\" lists them all.");
            return 1;
        }

        Console.WriteLine($"{found.Id}: {found.Title}");
        Console.WriteLine($"Why:  {found.Cause}");
        Console.WriteLine($"Next: {found.Remedy}");
        return 0;
    }

    private static int List()
    {
        foreach (var explanation in IrsaErrorExplanation.All)
        {
            Console.WriteLine($"{explanation.Id}  {explanation.Title}");
        }

        return 0;
    }
}
