using System.CommandLine;

namespace Irsa.Tool;

/// <summary><c>irsa manifest</c>: prints what gives a Deployment its role, as YAML, eksctl commands or Terraform.</summary>
internal static class ManifestCommand
{
    public static Command Create()
    {
        var role = new Option<string>("--role") { Description = "The role's ARN.", Required = true };
        var account = new Option<string>("--service-account") { Description = "The service account's name.", Required = true };
        var space = new Option<string>("--namespace") { Description = "The namespace.", DefaultValueFactory = static _ => "default" };
        var deployment = new Option<string?>("--deployment") { Description = "The Deployment's name. Default: the service account's name." };
        var cluster = new Option<string>("--cluster") { Description = "The EKS cluster's name.", DefaultValueFactory = static _ => "CLUSTER" };
        var format = new Option<string>("--format") { Description = "yaml, eksctl or terraform.", DefaultValueFactory = static _ => "yaml" };
        format.AcceptOnlyFromAmong("yaml", "eksctl", "terraform");
        var command = new Command("manifest", "Prints a ServiceAccount and the command that makes the Deployment use it, as YAML, eksctl commands or Terraform.") { role, account, space, deployment, cluster, format };
        command.SetAction(parsed =>
        {
            var manifest = new Manifest(
                parsed.GetRequiredValue(role),
                parsed.GetRequiredValue(space),
                parsed.GetRequiredValue(account),
                parsed.GetValue(deployment) ?? parsed.GetRequiredValue(account),
                parsed.GetRequiredValue(cluster));
            if (manifest.Fault is { } fault)
            {
                throw new UsageException(fault);
            }

            Console.Out.WriteLine(parsed.GetRequiredValue(format) switch
            {
                "eksctl" => manifest.ToEksctl(),
                "terraform" => manifest.ToTerraform(),
                _ => manifest.ToYaml(),
            });
            return 0;
        });
        return command;
    }
}
