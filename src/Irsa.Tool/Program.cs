using System.CommandLine;
using Irsa.Tool;

return await new RootCommand("AWS credentials by the IAM role of a Kubernetes service account: looks, explains, prints no secret.")
{
    DoctorCommand.Create(),
    ExchangeCommand.Create(),
    ExplainCommand.Create(),
    TokenCommand.Create(),
    TrustPolicyCommand.Create(),
    ManifestCommand.Create(),
}.Parse(args).InvokeAsync();
