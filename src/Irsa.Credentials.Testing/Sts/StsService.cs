using System.Globalization;
using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Irsa.Credentials.Testing;

/// <summary>
/// The three STS operations that a pod needs. Order of the checks, codes, statuses and messages are those of AWS
/// (<see href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html"/>).
/// </summary>
internal sealed class StsService
{
    // Far more than a valid request needs, so that a client can send a request that is too large and read the error.
    private const long MaxBodyLength = 16 * 1024 * 1024;

    private readonly LocalSts _sts;
    private readonly WebIdentityVerifier _tokens;
    private readonly SessionStore _sessions;
    private readonly SigV4Verifier _signatures;
    private readonly SigV4Rules _rules;
    private readonly string _region;
    private readonly TimeProvider _time;

    public StsService(LocalSts sts, LocalIssuer issuer, SessionStore sessions, string region, TimeProvider time)
    {
        _sts = sts;
        _tokens = new WebIdentityVerifier(sts, issuer, time);
        _sessions = sessions;
        _rules = SigV4Rules.Sts(region);
        _signatures = new SigV4Verifier(sessions, _rules, time);
        _region = region;
        _time = time;
    }

    /// <summary>Returns whether a request is one for STS: S3 has no operation that posts to its root.</summary>
    public static bool IsStsRequest(HttpRequest request) => HttpMethods.IsPost(request.Method) && request.Path == "/" && request.HasFormContentType;

    public async Task HandleAsync(HttpContext context, CancellationToken stopping)
    {
        SetDate(context);
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxBodyLength;
        context.Request.EnableBuffering();
        var (request, malformed) = await ReadAsync(context).ConfigureAwait(false);
        _sts.Record(new StsCall
        {
            Action = request.Action,
            RoleArn = request.RoleArn,
            RoleSessionName = request.RoleSessionName,
            DurationSeconds = request.DurationSeconds,
            TokenId = WebIdentityVerifier.TryRead(request.WebIdentityToken, out var token) ? token.Id : null,
            ReceivedAt = _time.GetUtcNow(),
            Policy = request.Policy,
            PolicyArns = request.PolicyArns,
            Tags = request.Tags,
            TransitiveTagKeys = request.TransitiveTagKeys,
            SourceIdentity = request.SourceIdentity,
        });
        await _sts.Faults.RunAsync(context, () => malformed is null ? AnswerAsync(context, request) : StsXml.WriteErrorAsync(context, malformed), stopping).ConfigureAwait(false);
    }

    private static async Task<(StsRequest Request, StsError? Malformed)> ReadAsync(HttpContext context)
    {
        try
        {
            var request = await StsRequest.ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
            context.Request.Body.Position = 0;
            return (request, null);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or IOException)
        {
            return (new StsRequest(new Dictionary<string, StringValues>()), StsError.Malformed(unreadable.Message));
        }
    }

    private async Task AnswerAsync(HttpContext context, StsRequest request)
    {
        // A fault may have held the call, and a client measures the lifetime from this date.
        var now = SetDate(context);
        var error = request.Action switch
        {
            "AssumeRoleWithWebIdentity" => await AssumeRoleWithWebIdentityAsync(context, request, now).ConfigureAwait(false),
            "AssumeRole" => await AssumeRoleAsync(context, request, now).ConfigureAwait(false),
            "GetCallerIdentity" => await GetCallerIdentityAsync(context).ConfigureAwait(false),
            var other => new StsError(400, "InvalidAction", $"Could not find operation {other} for version 2011-06-15"),
        };
        if (error is not null)
        {
            await StsXml.WriteErrorAsync(context, error).ConfigureAwait(false);
        }
    }

    private async Task<StsError?> AssumeRoleWithWebIdentityAsync(HttpContext context, StsRequest request, DateTimeOffset now)
    {
        const string Operation = "AssumeRoleWithWebIdentity";
        if (request.Validate(withToken: true) is { } invalid)
        {
            return invalid;
        }

        if (!LocalRoleArn.TryParse(request.RoleArn!, out var arn))
        {
            return StsError.InvalidArn;
        }

        if (!WebIdentityVerifier.TryRead(request.WebIdentityToken, out var token))
        {
            return StsError.InvalidToken("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)");
        }

        if (await _tokens.VerifyAsync(token, arn.Account).ConfigureAwait(false) is { } rejected)
        {
            return rejected;
        }

        var role = _sts.Role(request.RoleArn!);
        var (provider, isBuiltIn) = WebIdentityVerifier.Provider(token);
        var keys = ConditionKeys.OfWebIdentity(request, _region, provider, token);
        if (role is null || !role.TrustPolicy.Allows($"sts:{Operation}", "Federated", [isBuiltIn ? provider : arn.ProviderArn(provider)], keys))
        {
            return StsError.AccessDenied(Operation);
        }

        if (request.Duration > role.MaxSessionDuration)
        {
            return StsError.DurationAboveRole;
        }

        var session = Issue(context, role, request, now);
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

    private async Task<StsError?> AssumeRoleAsync(HttpContext context, StsRequest request, DateTimeOffset now)
    {
        const string Operation = "AssumeRole";
        var (caller, refused) = await CallerAsync(context).ConfigureAwait(false);
        if (caller is null)
        {
            return refused;
        }

        if (request.Validate(withToken: false) is { } invalid)
        {
            return invalid;
        }

        if (!LocalRoleArn.TryParse(request.RoleArn!, out var arn))
        {
            return StsError.InvalidArn;
        }

        var role = _sts.Role(request.RoleArn!);
        var keys = ConditionKeys.OfSession(request, _region, caller);
        bool IsAllowed(string action) => role is not null && role.TrustPolicy.Allows(action, "AWS", NamesOf(caller), keys);
        if (role is null || !IsAllowed($"sts:{Operation}"))
        {
            return StsError.NotAuthorized(caller, $"sts:{Operation}", arn);
        }

        if (request.Tags.Count > 0 && !IsAllowed("sts:TagSession"))
        {
            return StsError.NotAuthorized(caller, "sts:TagSession", arn);
        }

        if (request.SourceIdentity is not null && !IsAllowed("sts:SetSourceIdentity"))
        {
            return StsError.NotAuthorized(caller, "sts:SetSourceIdentity", arn);
        }

        // Every caller is a session of a role, so every call is chained: the limit is 1 hour, whatever the maximum of the role.
        if (request.Duration > TimeSpan.FromHours(1))
        {
            return StsError.DurationAboveChain;
        }

        var session = Issue(context, role, request, now);
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
            StsXml.Element("Account", caller.Role.Account)).ConfigureAwait(false);
        return null;
    }

    private async Task<(IssuedSession? Caller, StsError? Refused)> CallerAsync(HttpContext context)
    {
        try
        {
            var hash = await SHA256.HashDataAsync(context.Request.Body, context.RequestAborted).ConfigureAwait(false);
            var result = _signatures.Verify(context.Request, Convert.ToHexString(hash).ToLowerInvariant());
            return (result.Signature?.Session, result.Failure is null ? null : StsError.OfSignature(result, _rules, _time.GetUtcNow()));
        }
        catch (S3Exception unreadable)
        {
            return (null, StsError.Malformed(unreadable.Message));
        }
        catch (BadHttpRequestException unreadable)
        {
            return (null, StsError.Malformed(unreadable.Message));
        }
    }

    private IssuedSession Issue(HttpContext context, LocalRole role, StsRequest request, DateTimeOffset now)
    {
        var changes = context.Features.Get<ResponseOverrides>();
        var assumed = changes?.Role ?? role.Arn;
        var session = new IssuedSession(
            "ASIA" + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16),
            Convert.ToBase64String(RandomNumberGenerator.GetBytes(30)),
            Convert.ToBase64String(RandomNumberGenerator.GetBytes(240)),
            assumed,
            assumed.SessionArn(request.RoleSessionName!),
            $"{assumed.Id}:{request.RoleSessionName}",
            now.AddClamped((changes?.Lifetime ?? request.Duration) + (changes?.LifetimeShift ?? TimeSpan.Zero)));
        _sessions.Add(session);
        return session;
    }

    private DateTimeOffset SetDate(HttpContext context)
    {
        var now = _time.GetUtcNow();
        context.Response.Headers.Date = now.ToString("R", CultureInfo.InvariantCulture);
        return now;
    }

    /// <summary>The names by which a trust policy may allow the caller: its role, its session, and its account in two forms.</summary>
    private static string[] NamesOf(IssuedSession caller) => [caller.Role.ToString(), caller.AssumedRoleArn, caller.Role.Account, caller.Role.AccountArn];

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
