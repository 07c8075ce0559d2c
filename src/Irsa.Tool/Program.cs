using System.CommandLine;
using Irsa.Tool;

return await new RootCommand("AWS credentials by the IAM role of a Kubernetes service account: looks, explains, prints no secret.")
{
    ExchangeCommand.Create(),
    TrustPolicyCommand.Create(),
}.Parse(args).InvokeAsync();
