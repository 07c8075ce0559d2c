using System.Text.RegularExpressions;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Configuration;

/// <summary>Says whether a text is a role's ARN, and if not, which of the usual mistakes it has.</summary>
internal static partial class RoleArnValidator
{
    private const int LongestArn = 2048;

    /// <summary>What is wrong with an ARN that is not a role's, as a clause. Shows no more of it than an account or a partition.</summary>
    public static string Explain(string arn)
    {
        var parts = arn.Split(':', 8);
        return arn switch
        {
            _ when arn.AsSpan().Trim().Length != arn.Length => "it begins or ends with white space or a line break",
            ['"', ..] or ['\'', ..] => "it is in quotation marks",
            _ when arn.Contains("${", StringComparison.Ordinal) || arn.Contains("{{", StringComparison.Ordinal) || arn.Contains('<') => "a placeholder was not filled in",
            { Length: > LongestArn } => "it is longer than 2,048 characters",
            _ when parts is not ["arn", ..] => "it does not begin with \"arn:\"; the role name alone is not enough",
            _ when arn.Contains(":assumed-role/", StringComparison.Ordinal) => "it is the ARN of a session; the role's ARN is arn:PARTITION:iam::ACCOUNT:role/NAME, with the role's path",
            _ when arn.Contains(":instance-profile/", StringComparison.Ordinal) => "it is the ARN of an instance profile",
            _ when arn.Contains(":oidc-provider/", StringComparison.Ordinal) => "it is the ARN of the OIDC provider",
            _ when arn.Contains(":policy/", StringComparison.Ordinal) => "it is the ARN of a policy",
            _ when arn.Contains(":user/", StringComparison.Ordinal) => "it is the ARN of a user",
            _ when parts is not [_, _, "iam", _, _, ..] => "it is not an IAM ARN",
            _ when parts is not [_, _, _, "", _, ..] => "an IAM ARN has no region, so two colons must separate \"iam\" from the account",
            _ when parts is [_, _, _, _, "", ..] => "it has no account, which only servers other than AWS accept (set IrsaOptions.StsEndpoint or AWS_ENDPOINT_URL_STS for those)",
            _ when !Account().IsMatch(parts[4]) => $"the account {SecretRedactor.QuoteAscii(parts[4])} does not have 12 digits",
            _ when !parts[1].StartsWith("aws", StringComparison.Ordinal) => $"{SecretRedactor.QuoteAscii(parts[1])} is not a partition of AWS",
            _ when parts is not [_, _, _, _, _, ['r', 'o', 'l', 'e', '/', _, ..], ..] => "\"role/NAME\" must follow the account",
            _ => "it has a character that a role name cannot have",
        };
    }

    public static bool IsRole(string arn) => OfAws().IsMatch(arn);

    /// <summary>Other servers leave the account empty or use names, leave out its colon too, and have their own partitions.</summary>
    public static bool IsRoleOfAnotherServer(string arn) => OfOthers().IsMatch(arn);

    [GeneratedRegex(@"\Aarn:aws[a-z0-9-]*:iam::[0-9]{12}:role/[A-Za-z0-9_/.@+=,-]{1,576}\z")]
    private static partial Regex OfAws();

    [GeneratedRegex(@"\Aarn:[a-z0-9-]+:iam:(:([0-9A-Za-z_-]*:)?)?role/[A-Za-z0-9_/.@+=,-]{1,576}\z")]
    private static partial Regex OfOthers();

    [GeneratedRegex(@"\A[0-9]{12}\z")]
    private static partial Regex Account();
}
