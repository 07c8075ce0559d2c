using System.Globalization;
using Irsa.Credentials.Tokens;
using static Irsa.Credentials.Failures.DisplayText;

namespace Irsa.Credentials.Failures;

/// <summary>IRSA2xx: the token file, and what it holds.</summary>
internal static class TokenFileFailures
{
    private const string CheckMount = "Check that the volume aws-iam-token is mounted into this container: kubectl get pod POD -o yaml.";
    private const string RecreatePod = "Then recreate the pod: kubectl delete pod POD.";
    private const string FullPath = "Set AWS_WEB_IDENTITY_TOKEN_FILE to the token file. The webhook's is /var/run/secrets/eks.amazonaws.com/serviceaccount/token.";

    private static readonly IrsaErrorExplanation TokenFileNotFound = new(
        IrsaErrorCode.TokenFileNotFound,
        "The token file does not exist",
        "The volume aws-iam-token is not mounted into this container, or AWS_WEB_IDENTITY_TOKEN_FILE names another path. While the kubelet replaces the token, the file can be "
        + "missing for a moment; the library looks once more after a short pause.",
        $"{CheckMount} {RecreatePod}");

    private static readonly IrsaErrorExplanation TokenFileUnreadable = new(
        IrsaErrorCode.TokenFileUnreadable,
        "This process cannot read the token file",
        "The container usually runs as a user that does not own the file, and no fsGroup gives the file's group to it.",
        "Set securityContext.fsGroup: 65534 in the pod's spec. " + RecreatePod);

    private static readonly IrsaErrorExplanation TokenFileEmpty = new(
        IrsaErrorCode.TokenFileEmpty,
        "The token file is empty",
        "The program that writes the file has not written it yet, or truncates it before it writes.",
        "Let the kubelet write the file (projected volume aws-iam-token). Any other writer must write a new file and rename it.");

    private static readonly IrsaErrorExplanation TokenTooLong = new(
        IrsaErrorCode.TokenTooLong,
        "The token file holds more than 20,000 characters",
        "STS accepts tokens of 4 to 20,000 characters. A longer file is usually not a token, but for instance a log.",
        FullPath);

    private static readonly IrsaErrorExplanation TokenInvalid = new(
        IrsaErrorCode.TokenInvalid,
        "The token file does not hold a JSON web token",
        "A JSON web token (JWT) has three dot-separated parts in base64url, and the first two hold JSON. Usually the path names another file, or another program writes to it.",
        "Check that AWS_WEB_IDENTITY_TOKEN_FILE names the projected token, and that the file holds the token and nothing else.");

    private static readonly IrsaErrorExplanation TokenExpired = new(
        IrsaErrorCode.TokenExpired,
        "The token has expired",
        "The library reads the file at each attempt, so nothing has replaced the token. Usually the kubelet cannot reach the API server, the service account was deleted, or the "
        + "file is a copy. A wrong clock of the token's issuer has the same effect.",
        "Check the kubelet of the node and the pod's events: kubectl describe pod POD. Mount the projected volume as a directory, not a copy of the file. The library uses the next token "
        + "without a restart.");

    private static readonly IrsaErrorExplanation TokenNotRotated = new(
        IrsaErrorCode.TokenNotRotated,
        "The kubelet no longer replaces the token (a warning)",
        "The kubelet replaces a token after 80 % of its lifetime, or after 24 hours. This one is older. When it expires, the library can get no new credentials.",
        "Check the kubelet of the node. A subPath mount or a copied file is never replaced: mount the projected volume as a directory.");

    private static readonly IrsaErrorExplanation TokenSourceFailed = new(
        IrsaErrorCode.TokenSourceFailed,
        "The token source of the application returned no token",
        "IrsaOptions.TokenSource asks an issuer for each token. The issuer cannot be reached or refused, or it answered with something that is not a JSON web token.",
        "Check the issuer that the token source asks, and the permission to ask it, for instance id-token: write on GitHub Actions. " + RetryAdvice.KeepsRetrying);

    private static readonly IrsaErrorExplanation TokenFileWorldWritable = new(
        IrsaErrorCode.TokenFileWorldWritable,
        "Everyone may replace the token (a warning)",
        "The token file, or a directory on the way to it, is writable for every user. Any process that reaches it can put another token there: refreshes then fail, or the sessions are "
        + "those of another service account that the role trusts.",
        "Mount the token as the EKS webhook does: a projected volume, read-only. For a file of your own, take the right away: chmod o-w PATH.");

    public static IReadOnlyList<IrsaErrorExplanation> Explanations { get; } =
        [TokenFileNotFound, TokenFileUnreadable, TokenFileEmpty, TokenTooLong, TokenInvalid, TokenExpired, TokenNotRotated, TokenFileWorldWritable, TokenSourceFailed];

    public static string ExpiredRemedy => TokenExpired.Remedy;

    /// <summary>The system's own message repeats the path.</summary>
    public static Failure Unreadable(string path, Exception seen) => seen switch
    {
        FileNotFoundException or DirectoryNotFoundException => TokenFileNotFound.Transient($"The token file {SecretRedactor.Quote(path)} does not exist: {WhatIsMissing(path)}."),
        UnauthorizedAccessException => TokenFileUnreadable.Permanent($"This process cannot read the token file {SecretRedactor.Quote(path)}: {WhoMayRead(path)}."),
        _ => TokenFileUnreadable.Transient(
            $"Reading the token file {SecretRedactor.Quote(path)} failed: {Escape(Cut(SecretRedactor.Redact(seen.Message, []), 300))}", $"{CheckMount} {RecreatePod}"),
    }
    with
    { Cause = SecretRedactor.WithoutResponse(seen, []) };

    public static Failure TimedOut(string path) => Unreadable(path, new TimeoutException("the file system did not answer in time."));

    /// <summary>The exception may hold what the source sent, so it is shown in words only, without its secrets.</summary>
    public static Failure SourceFailed(string name, Exception seen) => TokenSourceFailed.Transient(
        $"The token source {Quote(name)} failed: {seen.GetType().Name}, {Quote(SecretRedactor.Redact(SecretRedactor.MessageOf(seen), []))}.");

    public static Failure SourceTimedOut(string name) => TokenSourceFailed.Transient($"The token source {Quote(name)} did not return a token in time.");

    /// <param name="name">The source.</param>
    /// <param name="what">What it returned, as a clause that shows none of it.</param>
    public static Failure SourceReturned(string name, string what) => TokenSourceFailed.Transient($"The token source {Quote(name)} returned {what}.");

    public static Failure IsDirectory(string path) => TokenFileUnreadable.Permanent($"{SecretRedactor.Quote(path)} is a directory, not the token file.", FullPath);

    public static Failure NotAFile(string path) => TokenFileUnreadable.Permanent(
        $"{SecretRedactor.Quote(path)} is a pipe, a device or a socket. The library reads the token at every exchange, which needs a regular file.", FullPath);

    public static Failure Empty(string path, int bytes) => TokenFileEmpty.Transient(
        string.Create(CultureInfo.InvariantCulture, $"The token file {SecretRedactor.Quote(path)} holds no token ({bytes} bytes of white space)."));

    public static Failure TooLong(string path) => TokenTooLong.Permanent(
        string.Create(CultureInfo.InvariantCulture, $"The token file {SecretRedactor.Quote(path)} holds more than {TokenFile.LongestToken:N0} characters, which is STS's limit for a token."));

    /// <param name="path">The file.</param>
    /// <param name="looksLike">What it holds instead, as a clause that shows none of it.</param>
    public static Failure NotAToken(string path, string looksLike) => TokenInvalid.Permanent($"The token file {SecretRedactor.Quote(path)} does not hold a JSON web token: {looksLike}.");

    /// <summary>By the local clock, which may be wrong.</summary>
    public static Failure ExpiredByLocalClock() => TokenExpired.Permanent("By the local clock the token has expired. Either nothing has replaced it, or the clock is fast.");

    /// <param name="seen">The refusal of STS.</param>
    public static Failure Expired(string seen) => TokenExpired.Permanent(seen);

    public static Failure NotRotated(DateTimeOffset issued, DateTimeOffset expires) => TokenNotRotated.Transient(string.Create(
        CultureInfo.InvariantCulture,
        $"The token was issued at {issued:u} and expires at {expires:u}. The kubelet should have replaced it by now. When it expires, the library can get no new credentials."));

    /// <param name="path">The file, or the directory on the way to it.</param>
    /// <param name="mode">Its mode.</param>
    /// <param name="isDirectory">Which of the two it is.</param>
    public static Failure WorldWritable(string path, UnixFileMode mode, bool isDirectory) => TokenFileWorldWritable.Transient(
        $"{(isDirectory ? "The directory" : "The token file")} {SecretRedactor.Quote(path)} has mode {Octal(mode)}, so every user can replace the token{(isDirectory ? " below it" : string.Empty)}.");

    /// <summary>The first part of the path that is missing tells a missing mount from a broken link.</summary>
    private static string WhatIsMissing(string path)
    {
        var parent = Path.GetDirectoryName(path);
        if (LinkTarget(path) is { } target)
        {
            var isProjected = target.StartsWith("..data", StringComparison.Ordinal);
            return (isProjected, isProjected ? LinkTarget(Path.Combine(parent ?? string.Empty, "..data")) : null) switch
            {
                (true, null) => $"it is a link to {SecretRedactor.Quote(target)}, but the link \"..data\" next to it is missing because the kubelet has not finished a replacement",
                (true, { } data) => $"it is a link to {SecretRedactor.Quote(target)}, and \"..data\" is a link to {SecretRedactor.Quote(data)}, where no token exists",
                _ => $"it is a link to {SecretRedactor.Quote(target)}, which does not exist",
            };
        }

        string? missing = null;
        for (; !string.IsNullOrEmpty(parent) && !Directory.Exists(parent); parent = Path.GetDirectoryName(parent))
        {
            missing = parent;
        }

        return missing is null
            ? $"the directory {SecretRedactor.Quote(parent ?? string.Empty)} exists, but has no such file"
            : $"the directory {SecretRedactor.Quote(missing)} does not exist, so the volume is not mounted";
    }

    private static string WhoMayRead(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return "access is denied";
        }

        var user = UnixProcessIdentity.Read() is { } process
            ? string.Create(CultureInfo.InvariantCulture, $"user {process.UserId}, group {process.GroupId}, further groups {(process.Groups.Count == 0 ? "none" : string.Join(' ', process.Groups))}")
            : $"user {Escape(Environment.UserName)}";
        return UnixFileStatus.Read(path) is { } file
            ? string.Create(CultureInfo.InvariantCulture, $"its mode is {Octal(file.Permissions)}, its owner {file.UserId}:{file.GroupId}, and this process runs as {user}")
            : $"this process, which runs as {user}, cannot enter its directory";
    }

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
