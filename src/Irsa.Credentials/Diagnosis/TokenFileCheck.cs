using System.Globalization;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Tokens;
using static Irsa.Credentials.Failures.DisplayText;

namespace Irsa.Credentials.Diagnosis;

/// <summary>Checks the token file's path, where its links lead, and whether this process can read it.</summary>
internal static class TokenFileCheck
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    public static bool Covers(Failure fault) => fault.Code == IrsaErrorCode.TokenFilePathInvalid;

    public static async Task<CheckResultBuilder> RunAsync(DoctorContext context, CancellationToken cancellationToken)
    {
        if (context.Settings?.TokenSource is { } source)
        {
            context.Token = (await ReadAsync(source.Create(context.Time), context, cancellationToken).ConfigureAwait(false)).Require();
            return new CheckResultBuilder().Observe($"The token source {Quote(source.Name)} returned a token.");
        }

        if (context.TokenFile is not { } path)
        {
            return CheckResultBuilder.Skipped("No token file is configured.");
        }

        if (context.Faults.FirstOrDefault(Covers) is { } invalid)
        {
            return new CheckResultBuilder().Fail(invalid);
        }

        Failure? warning = null;
        try
        {
            var read = await ReadAsync(new TokenFile(path, context.Time), context, cancellationToken).ConfigureAwait(false);
            warning = read.Warning;
            context.Token = read.Require();
        }
        catch (IrsaException unreadable) when (unreadable.Code is IrsaErrorCode.TokenFileNotFound or IrsaErrorCode.TokenFileUnreadable)
        {
            return new CheckResultBuilder().Fail(unreadable.Failure);
        }
        catch (IrsaException notAToken)
        {
            context.NotAToken = notAToken.Failure;
        }

        var result = new CheckResultBuilder().Observe($"This process can read {Quote(path)}.");
        if (UnixFileStatus.Read(path) is { } file && UnixProcessIdentity.Read() is { } user)
        {
            result.Observe(string.Create(
                CultureInfo.InvariantCulture,
                $"Mode {Convert.ToString((int)file.Permissions, 8).PadLeft(4, '0')}, owner {file.UserId}, group {file.GroupId}; this process has user {user.UserId}, group {user.GroupId}, further groups {Groups(user)}."));
        }

        if (warning is not null)
        {
            result.Warn(warning);
        }

        return context.Environment.IsInCluster && !IsProjected(path)
            ? result.Warn(
                "The file is not a link into \"..data\", so it does not change when the kubelet replaces the token. Usually it is a subPath mount or a copy.",
                "Mount the volume aws-iam-token as a directory, without subPath.")
            : result;
    }

    /// <summary>A file system may hang, and so may the application's own source.</summary>
    private static async Task<TokenReadResult> ReadAsync(ITokenSource tokens, DoctorContext context, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(context.LimitOf(LongestWait), context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await tokens.ReadAsync(either.Token).WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw tokens.TimedOut().ToException();
        }
    }

    private static string Groups(UnixProcessIdentity user) => user.Groups.Count == 0 ? "none" : string.Join(' ', user.Groups);

    /// <summary>
    /// Recognises the kubelet's layout by the link's text, because following it needs more rights than reading it. If the token's path within
    /// the volume has directories, the topmost of them is the link.
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
