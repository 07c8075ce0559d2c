using System.Globalization;
using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Failures;

/// <summary>What can be in the place of a readable token, and what to do about it.</summary>
internal static class TokenFileFailures
{
    private const string RecreatePod = "Delete the pod so that the webhook and the kubelet run again.";

    public static Failure Unreadable(string path, Exception seen) => seen switch
    {
        FileNotFoundException or DirectoryNotFoundException => new(
            IrsaErrorCode.TokenFileNotFound,
            IsPermanent: false,
            $"The token file {path} does not exist: {Missing(path)}.",
            "Check that the volume aws-iam-token is mounted in this container (kubectl get pod -o yaml). " + RecreatePod)
        { Cause = seen },
        UnauthorizedAccessException => new(
            IrsaErrorCode.TokenFileUnreadable,
            IsPermanent: true,
            $"The token file {path} may not be read by this process: {FileAccess(path)}.",
            "Set securityContext.fsGroup: 65534 in the pod's spec (or one runAsUser for all its containers), so that the kubelet gives the file to the process's group.")
        { Cause = seen },
        _ => new(
            IrsaErrorCode.TokenFileUnreadable,
            IsPermanent: false,
            $"The token file {path} could not be read: {seen.Message}",
            RecreatePod)
        { Cause = seen },
    };

    public static Failure IsDirectory(string path) => new(
        IrsaErrorCode.TokenFileUnreadable,
        IsPermanent: true,
        $"{path} is a directory, not the token file.",
        "Name the file: the webhook's is /var/run/secrets/eks.amazonaws.com/serviceaccount/token.");

    public static Failure NotAFile(string path) => new(
        IrsaErrorCode.TokenFileUnreadable,
        IsPermanent: true,
        $"{path} is a pipe, a device or a socket, not a file; the token is read at every exchange.",
        "Name a regular file: the webhook's is /var/run/secrets/eks.amazonaws.com/serviceaccount/token.");

    public static Failure Empty(string path, int bytes) => new(
        IrsaErrorCode.TokenFileEmpty,
        IsPermanent: false,
        string.Create(CultureInfo.InvariantCulture, $"The token file {path} holds no token ({bytes} bytes of white space)."),
        RecreatePod);

    public static Failure TooLong(string path) => new(
        IrsaErrorCode.TokenTooLong,
        IsPermanent: true,
        string.Create(CultureInfo.InvariantCulture, $"The token file {path} holds more than {TokenFile.LongestToken} characters, STS's limit for a token."),
        "Check that AWS_WEB_IDENTITY_TOKEN_FILE names the token and not another file.");

    public static Failure NotAToken(string path, string looksLike) => new(
        IrsaErrorCode.TokenInvalid,
        IsPermanent: true,
        $"The token file {path} does not hold a JSON web token: {looksLike}.",
        "Check that AWS_WEB_IDENTITY_TOKEN_FILE names the projected token and that nothing else writes to it.");

    /// <summary>The first part of the path that is missing tells a missing mount from a broken link.</summary>
    private static string Missing(string path)
    {
        var parent = Path.GetDirectoryName(path);
        if (LinkOf(path) is { } target)
        {
            var data = target.StartsWith("..data", StringComparison.Ordinal) ? LinkOf(Path.Combine(parent ?? string.Empty, "..data")) : null;
            return (target.StartsWith("..data", StringComparison.Ordinal), data) switch
            {
                (true, null) => $"it is a link to {target}, and the link ..data beside it is missing: the kubelet has not finished a rotation",
                (true, _) => $"it is a link to {target}, ..data is a link to {data}, and nothing is there",
                _ => $"it is a link to {target}, and nothing is there",
            };
        }

        string? missing = null;
        for (; !string.IsNullOrEmpty(parent) && !Directory.Exists(parent); parent = Path.GetDirectoryName(parent))
        {
            missing = parent;
        }

        return missing is null
            ? $"{parent} exists, but has no such entry"
            : $"{missing} is missing, so the volume is not mounted";
    }

    private static string FileAccess(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return "access is denied";
        }

        var user = UnixProcessIdentity.Read() is { } process
            ? string.Create(CultureInfo.InvariantCulture, $"user {process.UserId}, group {process.GroupId}, groups {(process.Groups.Count == 0 ? "none" : string.Join(' ', process.Groups))}")
            : Environment.UserName;
        return UnixFileStatus.Read(path) is { } file
            ? string.Create(CultureInfo.InvariantCulture, $"its mode is {Convert.ToString((int)file.Permissions, 8).PadLeft(4, '0')}, its owner {file.UserId}:{file.GroupId}, and this process runs as {user}")
            : $"its folder may not be entered by this process either, which runs as {user}";
    }

    private static string? LinkOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
