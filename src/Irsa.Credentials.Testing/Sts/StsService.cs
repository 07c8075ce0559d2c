using System.Globalization;
using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>
/// STS's three operations that matter to a pod, with the checks in AWS's order, its codes, statuses and sentences
/// (<see href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html"/>).
/// </summary>
internal sealed class StsService
{
    private readonly LocalSts _sts;
    private readonly WebIdentityVerifier _tokens;
    private readonly SessionStore _sessions;
    private readonly SigV4Verifier _signatures;
    private readonly TimeProvider _time;

    public StsService(LocalSts sts, LocalIssuer issuer, SessionStore sessions, SigV4Verifier signatures, TimeProvider time)
    {
        _sts = sts;
        _tokens = new WebIdentityVerifier(sts, issuer, time);
        _sessions = sessions;
        _signatures = signatures;
        _time = time;
    }

    public async Task HandleAsync(HttpContext context, CancellationToken stopping)
    {
        Stamp(context);
        context.Request.EnableBuffering();
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false) : FormCollection.Empty;
        context.Request.Body.Position = 0;
        var request = new StsRequest(form);
        _sts.Record(new StsCall(
            request.Action,
            request.RoleArn,
            request.RoleSessionName,
            request.DurationSeconds,
            WebIdentityVerifier.TryRead(request.WebIdentityToken, out var token) ? token.Id : null,
            _time.GetUtcNow())
        {
            Policy = request.Policy,
            PolicyArns = request.PolicyArns,
        });
        await _sts.Faults.RunAsync(context, () => AnswerAsync(context, request), stopping).ConfigureAwait(false);
    }

    private async Task AnswerAsync(HttpContext context, StsRequest request)
    {
        // Again: a fault may have held the call, and a client measures the lifetime from here.
        Stamp(context);
        var error = request.Action switch
        {
            "AssumeRoleWithWebIdentity" => await AssumeRoleWithWebIdentityAsync(context, request).ConfigureAwait(false),
            "AssumeRole" => await AssumeRoleAsync(context, request).ConfigureAwait(false),
            "GetCallerIdentity" => await GetCallerIdentityAsync(context).ConfigureAwait(false),
            var other => new StsError(400, "InvalidAction", $"Could not find operation {other} for version 2011-06-15"),
        };
        if (error is not null)
        {
            await StsXml.WriteErrorAsync(context, error).ConfigureAwait(false);
        }
    }

    private async Task<StsError?> AssumeRoleWithWebIdentityAsync(HttpContext context, StsRequest request)
    {
        const string Operation = "AssumeRoleWithWebIdentity";
        if (request.Judge(withToken: true) is { } invalid)
        {
            return invalid;
        }

        if (!WebIdentityVerifier.TryRead(request.WebIdentityToken, out var token))
        {
            return StsError.InvalidToken("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)");
        }

        if (await _tokens.JudgeAsync(token).ConfigureAwait(false) is { } rejected)
        {
            return rejected;
        }

        var role = _sts.Role(request.RoleArn!);
        var provider = token.Issuer[(token.Issuer.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var keys = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase)
        {
            [$"{provider}:aud"] = [.. token.Audiences],
            [$"{provider}:sub"] = [token.Subject],
            ["sts:RoleSessionName"] = [request.RoleSessionName!],
        };
        if (role is null || !role.TrustPolicy.Allows($"sts:{Operation}", "Federated", [role.ProviderArn(provider)], keys))
        {
            return StsError.AccessDenied(Operation);
        }

        if (request.Duration > role.MaxSessionDuration)
        {
            return StsError.DurationAboveRole;
        }

        var session = Issue(context, role, request);
        await StsXml.WriteResultAsync(
            context,
            Operation,
            StsXml.Element("SubjectFromWebIdentityToken", token.Subject),
            StsXml.Element("Audience", string.Join(',', token.Audiences)),
            StsXml.Element("Provider", token.Issuer),
            AssumedRoleUser(session),
            Credentials(session),
            PackedPolicySize(request)).ConfigureAwait(false);
        return null;
    }

    private async Task<StsError?> AssumeRoleAsync(HttpContext context, StsRequest request)
    {
        const string Operation = "AssumeRole";
        var (caller, refused) = await CallerAsync(context).ConfigureAwait(false);
        if (caller is null)
        {
            return refused;
        }

        if (request.Judge(withToken: false) is { } invalid)
        {
            return invalid;
        }

        var role = _sts.Role(request.RoleArn!);
        var keys = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase) { ["sts:RoleSessionName"] = [request.RoleSessionName!] };
        if (request.ExternalId is { } externalId)
        {
            keys["sts:ExternalId"] = [externalId];
        }

        if (role is null || !role.TrustPolicy.Allows($"sts:{Operation}", "AWS", NamesOf(caller), keys))
        {
            return new StsError(403, "AccessDenied", $"User: {caller.AssumedRoleArn} is not authorized to perform: sts:AssumeRole on resource: {request.RoleArn}");
        }

        // Every caller here is a role's session, so every call is chained; the hour holds whatever the role's own maximum.
        if (request.Duration > TimeSpan.FromHours(1))
        {
            return StsError.DurationAboveChain;
        }

        var session = Issue(context, role, request);
        await StsXml.WriteResultAsync(context, Operation, AssumedRoleUser(session), Credentials(session), PackedPolicySize(request)).ConfigureAwait(false);
        return null;
    }

    private async Task<StsError?> GetCallerIdentityAsync(HttpContext context)
    {
        var (caller, refused) = await CallerAsync(context).ConfigureAwait(false);
        if (caller is null)
        {
            return refused;
        }

        await StsXml.WriteResultAsync(
            context,
            "GetCallerIdentity",
            StsXml.Element("Arn", caller.AssumedRoleArn),
            StsXml.Element("UserId", caller.AssumedRoleId),
            StsXml.Element("Account", caller.RoleArn.Split(':')[4])).ConfigureAwait(false);
        return null;
    }

    private async Task<(IssuedSession? Caller, StsError? Refused)> CallerAsync(HttpContext context)
    {
        var hash = await SHA256.HashDataAsync(context.Request.Body, context.RequestAborted).ConfigureAwait(false);
        var verdict = _signatures.Verify(context.Request, "sts", Convert.ToHexString(hash).ToLowerInvariant());
        return (verdict.Signature?.Session, verdict.Error is { } error ? StsError.OfSignature(error) : null);
    }

    private IssuedSession Issue(HttpContext context, LocalRole role, StsRequest request)
    {
        var changes = context.Features.Get<AnswerChanges>();
        var granted = changes?.RoleArn is { } other ? new LocalRole(other, role.TrustPolicy, role.MaxSessionDuration) : role;
        var session = new IssuedSession(
            "ASIA" + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16),
            Convert.ToBase64String(RandomNumberGenerator.GetBytes(30)),
            Convert.ToBase64String(RandomNumberGenerator.GetBytes(240)),
            granted.Arn,
            granted.SessionArn(request.RoleSessionName!),
            $"{granted.Id}:{request.RoleSessionName}",
            _time.GetUtcNow() + (changes?.Lifetime ?? request.Duration) + (changes?.LifetimeShift ?? TimeSpan.Zero));
        _sessions.Add(session);
        return session;
    }

    private void Stamp(HttpContext context) => context.Response.Headers.Date = _time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A trust policy may name the caller's role, its session, or its whole account in two ways.</summary>
    private static string[] NamesOf(IssuedSession caller)
    {
        var parts = caller.RoleArn.Split(':', 6);
        return [caller.RoleArn, caller.AssumedRoleArn, parts[4], $"arn:{parts[1]}:iam::{parts[4]}:root"];
    }

    private static XElement AssumedRoleUser(IssuedSession session) => StsXml.Element(
        "AssumedRoleUser",
        StsXml.Element("Arn", session.AssumedRoleArn),
        StsXml.Element("AssumedRoleId", session.AssumedRoleId));

    private static XElement Credentials(IssuedSession session) => StsXml.Element(
        "Credentials",
        StsXml.Element("AccessKeyId", session.AccessKeyId),
        StsXml.Element("SecretAccessKey", session.SecretAccessKey),
        StsXml.Element("SessionToken", session.SessionToken),
        StsXml.Element("Expiration", session.Expiration.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));

    private static XElement? PackedPolicySize(StsRequest request) => request.PackedPolicySize is { } percent ? StsXml.Element("PackedPolicySize", percent) : null;
}
