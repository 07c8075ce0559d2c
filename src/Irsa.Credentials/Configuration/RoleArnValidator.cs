using System.Text.RegularExpressions;

namespace Irsa.Credentials.Configuration;

/// <summary>The shape of a role's ARN, and in which of the usual ways something misses it.</summary>
internal static partial class RoleArnValidator
{
    /// <summary>Half a sentence about an ARN that is not a role's.</summary>
    public static string Explain(string arn)
    {
        var parts = arn.Split(':');
        return arn switch
        {
            _ when arn.AsSpan().Trim().Length != arn.Length => "it begins or ends with white space",
            ['"', ..] or ['\'', ..] => "it is in quotation marks",
            _ when arn.Contains("${", StringComparison.Ordinal) || arn.Contains("{{", StringComparison.Ordinal) || arn.Contains('<') => "a placeholder was not filled in",
            { Length: > 2048 } => "it is longer than 2,048 characters",
            _ when parts is not ["arn", ..] => "it does not begin with \"arn:\"; the role's name alone is not enough",
            _ when arn.Contains(":assumed-role/", StringComparison.Ordinal) => "it is the ARN of a session (sts, assumed-role); the role's own is arn:PARTITION:iam::ACCOUNT:role/NAME, with its path",
            _ when arn.Contains(":instance-profile/", StringComparison.Ordinal) => "it is the ARN of an instance profile",
            _ when arn.Contains(":oidc-provider/", StringComparison.Ordinal) => "it is the ARN of the OIDC provider",
            _ when arn.Contains(":policy/", StringComparison.Ordinal) => "it is the ARN of a policy",
            _ when arn.Contains(":user/", StringComparison.Ordinal) => "it is the ARN of a user",
            _ when parts is not [_, _, "iam", _, _, ..] => "it is not an ARN of IAM",
            _ when parts is not [_, _, _, "", _, ..] => "an IAM ARN has no region, so between \"iam\" and the account stand two colons",
            _ when parts is [_, _, _, _, "", ..] => "it has no account, which only servers other than AWS take (IrsaOptions.StsEndpoint, AWS_ENDPOINT_URL_STS or AWS_ENDPOINT_URL)",
            _ when !Account().IsMatch(parts[4]) => $"the account {parts[4]} is not 12 digits",
            _ when !parts[1].StartsWith("aws", StringComparison.Ordinal) => $"{parts[1]} is no partition of AWS",
            _ when parts is not [_, _, _, _, _, ['r', 'o', 'l', 'e', '/', _, ..], ..] => "after the account it must go on with \"role/NAME\"",
            _ => "it holds a character that a role's name cannot have",
        };
    }

    public static bool IsRole(string arn) => OfAws().IsMatch(arn);

    /// <summary>Servers other than AWS leave the account empty or use names, and have partitions of their own.</summary>
    public static bool IsRoleOfAnotherServer(string arn) => OfOthers().IsMatch(arn);

    [GeneratedRegex(@"\Aarn:aws[a-z0-9-]*:iam::[0-9]{12}:role/[A-Za-z0-9_/.@+=,-]{1,576}\z")]
    private static partial Regex OfAws();

    [GeneratedRegex(@"\Aarn:[a-z0-9-]+:iam::[0-9A-Za-z_-]*:role/[A-Za-z0-9_/.@+=,-]{1,576}\z")]
    private static partial Regex OfOthers();

    [GeneratedRegex(@"\A[0-9]{12}\z")]
    private static partial Regex Account();
}
