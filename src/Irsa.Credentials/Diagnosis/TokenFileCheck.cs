using System.Globalization;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Diagnosis;

/// <summary>The token's path, what it leads to, and whether this process may read it.</summary>
internal static class TokenFileCheck
{
    public static bool Judges(Failure fault) => fault.Code == IrsaErrorCode.TokenFilePathInvalid;

    public static async Task<CheckResultBuilder> MakeAsync(DoctorContext examination, CancellationToken cancellationToken)
    {
        if (examination.TokenFile is not { } path)
        {
            return CheckResultBuilder.Skipped("There is no token file to look at.");
        }

        if (examination.Faults.FirstOrDefault(Judges) is { } relative)
        {
            return new CheckResultBuilder().Fail(relative);
        }

        try
        {
            examination.Token = (await new TokenFile(path, examination.Time).ReadAsync(cancellationToken).ConfigureAwait(false)).Require();
        }
        catch (IrsaException unreadable) when (unreadable.Code is IrsaErrorCode.TokenFileNotFound or IrsaErrorCode.TokenFileUnreadable)
        {
            return new CheckResultBuilder().Fail(unreadable.Failure);
        }
        catch (IrsaException notAToken)
        {
            examination.NotAToken = notAToken.Failure;
        }

        var finding = Described(new CheckResultBuilder().Saw($"{path} can be read."), path);
        return examination.Environment.IsInCluster && !IsProjected(path)
            ? finding.Warn(
                "It is not a link into ..data, so it does not follow the kubelet's rotation (a subPath mount or a copy).",
                "Mount the volume aws-iam-token as a directory, without subPath.")
            : finding;
    }

    private static CheckResultBuilder Described(CheckResultBuilder finding, string path) => (UnixFileStatus.Read(path), UnixProcessIdentity.Read()) switch
    {
        ({ } file, { } user) => finding.Saw(string.Create(
            CultureInfo.InvariantCulture,
            $"Mode {Convert.ToString((int)file.Permissions, 8).PadLeft(4, '0')}, owner {file.UserId}, group {file.GroupId}; this process has user {user.UserId}, group {user.GroupId}, further groups {Groups(user)}.")),
        _ => finding,
    };

    private static string Groups(UnixProcessIdentity user) => user.Groups.Count == 0 ? "none" : string.Join(' ', user.Groups);

    /// <summary>
    /// The kubelet's own layout, from the link's text: to follow it needs more rights than to read it. Where the volume's path for the token
    /// has folders, the topmost of them is the link.
    /// </summary>
    private static bool IsProjected(string path)
    {
        for (var part = path; part is not null; part = Path.GetDirectoryName(part))
        {
            if (new FileInfo(part).LinkTarget?.Contains("..data", StringComparison.Ordinal) == true)
            {
                return true;
            }
        }

        return false;
    }
}
