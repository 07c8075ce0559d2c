using System.CommandLine;
using Irsa.Credentials;

namespace Irsa.Tool;

/// <summary><c>irsa explain IRSA301</c>: explains an id. Exit code 1 if no such id exists.</summary>
internal static class ExplainCommand
{
    private const string Label = "Cause:  ";

    public static Command Create()
    {
        var id = new Argument<string?>("ID") { Description = "For instance IRSA301. Without it, the command lists all ids.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("explain", "Explains an error id: what was seen, why it usually happens, and what to do.") { id };
        command.SetAction(parsed => parsed.GetValue(id) is { } asked ? Explain(asked) : List());
        return command;
    }

    private static int Explain(string asked)
    {
        if (IrsaErrorExplanation.Find(asked) is not { } found)
        {
            TextOutput.WriteError($"There is no error id \"{asked}\". \"irsa explain\" lists all ids.");
            return 1;
        }

        TextOutput.WriteParagraph($"{found.Id}: {found.Title}", indent: 0);
        Console.Out.Write(Label);
        TextOutput.WriteParagraph(found.Cause, Label.Length);
        Console.Out.Write("Remedy: ");
        TextOutput.WriteParagraph(found.Remedy, Label.Length);
        return 0;
    }

    private static int List()
    {
        foreach (var explanation in IrsaErrorExplanation.All)
        {
            Console.Out.WriteLine($"{explanation.Id}  {explanation.Title}");
        }

        return 0;
    }
}
