using System.CommandLine;
using System.CommandLine.Invocation;
using Irsa.Tool;

var command = new RootCommand("Diagnoses AWS credentials from the IAM role of a Kubernetes service account (IRSA). It prints no secret.")
{
    DoctorCommand.Create(),
    ExchangeCommand.Create(),
    ExplainCommand.Create(),
    TokenCommand.Create(),
    TrustPolicyCommand.Create(),
    ManifestCommand.Create(),
};
var parsed = command.Parse(args);
if (parsed.Action is ParseErrorAction error)
{
    error.ShowHelp = args.Length == 0;
    await parsed.InvokeAsync();
    return UsageException.ExitCode;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (UsageException wrong)
{
    TextOutput.WriteError(wrong.Message);
    return UsageException.ExitCode;
}
catch (OperationCanceledException)
{
    const int Interrupted = 130;
    return Interrupted;
}
catch (IOException unwritable)
{
    const int OutputFailed = 74;
    TextOutput.WriteError(unwritable.Message);
    return OutputFailed;
}
