namespace Irsa.Credentials.Configuration;

/// <summary>
/// Compares a role with its session: <c>arn:aws:iam::111122223333:role/path/NAME</c> becomes
/// <c>arn:aws:sts::111122223333:assumed-role/NAME/SESSION</c>, without the path
/// (<see href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"/>).
/// </summary>
internal static class AssumedRoleArn
{
    public static bool IsSessionOf(string assumedRoleArn, string roleArn)
    {
        var asked = roleArn.Split(':', 6);
        var got = assumedRoleArn.Split(':', 6);
        return asked.Length == 6
            && got.Length == 6
            && asked[1] == got[1]
            && asked[4] == got[4]
            && got[5].Split('/') is ["assumed-role", var name, _]
            && name == asked[5][(asked[5].LastIndexOf('/') + 1)..];
    }

    /// <summary>
    /// The same for a server other than AWS's, which may leave out the account, its colon too, and may keep the path. What is missing contradicts
    /// nothing; another path is another role.
    /// </summary>
    public static bool MayBeSessionOf(string assumedRoleArn, string roleArn)
    {
        var (askedAccount, asked) = Parts(roleArn);
        var (gotAccount, got) = Parts(assumedRoleArn);
        return (askedAccount.Length == 0 || gotAccount.Length == 0 || askedAccount == gotAccount)
            && got.Split('/') is ["assumed-role", .. var path, var name, _]
            && asked.Split('/') is ["role", .. var askedPath, var askedName]
            && name == askedName
            && (path.Length == 0 || path.SequenceEqual(askedPath));

        static (string Account, string Resource) Parts(string arn)
        {
            var fields = arn.Split(':', 6);
            return (fields.Length == 6 ? fields[4] : string.Empty, fields[^1]);
        }
    }

    /// <summary>The account; null where the server knows no accounts.</summary>
    public static string? AccountOf(string assumedRoleArn) => assumedRoleArn.Split(':', 6) is [_, _, _, _, { Length: > 0 } account, _] ? account : null;

    public static string? SessionNameOf(string assumedRoleArn) =>
        assumedRoleArn.LastIndexOf('/') is > 0 and var slash ? assumedRoleArn[(slash + 1)..] : null;
}
