using System.Diagnostics;
using static Irsa.Credentials.IrsaErrorCode;

namespace Irsa.Credentials.IntegrationTests.Failures;

/// <summary>What can be in the place of a readable token. Nothing is asked of STS, except whether a token has expired.</summary>
internal static class TokenFileFailures
{
    private const string TokenFile = "AWS_WEB_IDENTITY_TOKEN_FILE";
    private static readonly string? NoUnix = OperatingSystem.IsWindows() ? "Windows has no such files." : null;

    public static IReadOnlyList<ProvokedFailure> Rows { get; } =
    [
        Passing("token file removed", TokenFileNotFound, "has no such file", "aws-iam-token", static s => s.Aws.Tokens.Remove()),
        Passing("volume not mounted", TokenFileNotFound, "the volume is not mounted", "aws-iam-token", static s => s[TokenFile] = Path.Combine(s.Folder, "eks", "serviceaccount", "token")),
        Passing("token link to nowhere", TokenFileNotFound, "does not exist", "recreate the pod", static s => Link(s, Path.Combine(s.Folder, "gone"))) with { Skip = NoUnix },
        Passing("rotation not finished", TokenFileNotFound, "the link \"..data\" next to it is missing", "recreate the pod", static s => Link(s, "..data/token")) with { Skip = NoUnix },
        Passing("data without token", TokenFileNotFound, "\"..data\" is a link to", "recreate the pod", static s => { Link(s, "..data/token"); File.CreateSymbolicLink(Path.Combine(s.Folder, "..data"), "..2026"); }) with { Skip = NoUnix },
        Final("directory as token file", TokenFileUnreadable, "is a directory", "/var/run/secrets/eks.amazonaws.com/serviceaccount/token", static s => s[TokenFile] = s.Folder),
        Final("pipe as token file", TokenFileUnreadable, "pipe", "/var/run/secrets/eks.amazonaws.com/serviceaccount/token", static s => s[TokenFile] = Pipe(s)) with { Skip = OperatingSystem.IsLinux() ? null : "Told by Linux only." },
        Final("mode without read", TokenFileUnreadable, "its mode is 0000", "fsGroup", static s => Forbid(s.PlaceToken(s.Token))) with
        {
            Skip = NoUnix ?? (Environment.IsPrivilegedProcess ? "This process may read every file; UnreadableTokenFileTests runs one that may not." : null),
        },
        Passing("token file empty", TokenFileEmpty, "0 bytes", "aws-iam-token", static s => s.Aws.Tokens.Write(string.Empty)),
        Passing("token file of white space", TokenFileEmpty, "3 bytes", "aws-iam-token", static s => s.Aws.Tokens.Write(" \n\t")),
        Final("token file too long", TokenTooLong, "20,000", "AWS_WEB_IDENTITY_TOKEN_FILE", static s => s.Aws.Tokens.Write(new string('a', 20_001))),
        Malformed("path in the token file", "a path", static _ => "/var/run/secrets/token"),
        Malformed("JSON in the token file", "JSON", static _ => "{\"token\":\"x\"}"),
        Malformed("page in the token file", "markup", static _ => "<html></html>"),
        Malformed("log behind the token", "several lines", static s => s.Token + "\nINFO rotated"),
        Malformed("two tokens", "several lines", static s => s.Token + "\n" + s.Token),
        Malformed("words in the token file", "words", static _ => "no token here"),
        Malformed("token without signature", "2 dot-separated parts", static s => s.Token[..s.Token.LastIndexOf('.')]),
        Malformed("token with an empty signature", "one of them is empty", static s => s.Token[..(s.Token.LastIndexOf('.') + 1)]),
        Malformed("three parts that are no token", "do not hold JSON", static _ => "abcd.efgh.ijkl"),
        Final("binary token file", TokenInvalid, "UTF-16", "AWS_WEB_IDENTITY_TOKEN_FILE", static s => File.WriteAllBytes(s.PlaceToken("x"), [0xff, 0xfe, 0x00, 0x80])),
        Final("token expired and not replaced", TokenExpired, "it expires at", "kubelet", static s =>
        {
            s.Aws.Tokens.Write(s.Aws.Issuer.IssueToken(static token => { token.IssuedAt = TimeProvider.System.GetUtcNow().AddDays(-2); token.Lifetime = TimeSpan.FromHours(24); }));
            WaitForNewToken(s);
        }) with { StsCalls = 1, NeedsCode = true },
        Final("token expired and refused without a sentence", TokenExpired, "It gives no reason", "kubelet", static s =>
        {
            s.Aws.Tokens.Write(s.Aws.Issuer.IssueToken(static token => token.Lifetime = TimeSpan.FromHours(-1)));
            s.Aws.Sts.Faults.Always(Testing.Fault.Body(403, "application/xml", StsResponses.Ceph("AccessDenied")));
            WaitForNewToken(s);
        }) with { StsCalls = 1, NeedsCode = true },
        Final("STS calls the token expired", TokenExpired, "Token expired", "kubelet", static s =>
        {
            s.Aws.Sts.Faults.Always(Testing.Fault.Error(400, "ExpiredTokenException", "Token expired: current date/time 2 must be before the expiration date/time 1"));
            WaitForNewToken(s);
        }) with { StsCalls = 1, NeedsCode = true },
    ];

    /// <summary>The whole time limit passes in that wait; it must be long enough for the call of STS before it, also on a slow machine.</summary>
    private static void WaitForNewToken(FailureScenario scene) =>
        scene.Options = static options => options.AttemptTimeout = options.ExchangeTimeout = TimeSpan.FromSeconds(5);

    private static ProvokedFailure Final(string name, IrsaErrorCode code, string cause, string remedy, Action<FailureScenario> provoke) =>
        new(name, code, IsPermanent: true, cause, remedy, provoke) { StsCalls = 0 };

    private static ProvokedFailure Passing(string name, IrsaErrorCode code, string cause, string remedy, Action<FailureScenario> provoke) =>
        new(name, code, IsPermanent: false, cause, remedy, provoke) { StsCalls = 0 };

    private static ProvokedFailure Malformed(string name, string cause, Func<FailureScenario, string> content) =>
        Final(name, TokenInvalid, cause, "AWS_WEB_IDENTITY_TOKEN_FILE", scene => scene.Aws.Tokens.Write(content(scene)));

    private static void Link(FailureScenario scene, string target)
    {
        var path = Path.Combine(scene.Folder, "token");
        File.CreateSymbolicLink(path, target);
        scene[TokenFile] = path;
    }

    private static void Forbid(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.None);
        }
    }

    private static string Pipe(FailureScenario scene)
    {
        var path = Path.Combine(scene.Folder, "pipe");
        using var made = Process.Start("mkfifo", path);
        made.WaitForExit();
        return path;
    }
}
