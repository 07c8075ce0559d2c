using System.CommandLine;
using Irsa.Credentials;

namespace Irsa.Tool;

/// <summary><c>irsa trust-policy</c>: the document that the role needs.</summary>
internal static class TrustPolicyCommand
{
    public static Command Create()
    {
        var role = new Option<string>("--role") { Description = "The role's ARN.", Required = true };
        var issuer = new Option<string>("--issuer") { Description = "The cluster's OIDC issuer.", Required = true };
        var ns = new Option<string>("--namespace") { Description = "The service account's namespace.", Required = true };
        var account = new Option<string>("--service-account") { Description = "The service account's name.", Required = true };
        var audience = new Option<string>("--audience") { Description = "The token's audience.", DefaultValueFactory = static _ => TrustPolicy.DefaultAudience };
        var command = new Command("trust-policy", "Prints the trust policy that lets one service account assume a role.") { role, issuer, ns, account, audience };
        command.SetAction(parsed =>
        {
            var policy = TrustPolicy.For(
                parsed.GetRequiredValue(issuer),
                parsed.GetRequiredValue(ns),
                parsed.GetRequiredValue(account),
                parsed.GetRequiredValue(role),
                parsed.GetRequiredValue(audience));
            Console.WriteLine(policy.ToJson());
        });
        return command;
    }
}
