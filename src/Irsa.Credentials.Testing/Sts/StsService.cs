using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Irsa.Credentials.Testing;

/// <summary>
/// STS's three operations that matter to a pod, with the checks in AWS's order, its codes, statuses and sentences
/// (<see href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html"/>).
/// </summary>
internal sealed partial class StsService
{
    private static readonly JsonWebTokenHandler Tokens = new();

    private readonly LocalSts _sts;
    private readonly LocalIssuer _issuer;
    private readonly SessionStore _sessions;
    private readonly SigV4Verifier _signatures;
    private readonly TimeProvider _time;

    public StsService(LocalSts sts, LocalIssuer issuer, SessionStore sessions, SigV4Verifier signatures, TimeProvider time)
    {
        _sts = sts;
        _issuer = issuer;
        _sessions = sessions;
        _signatures = signatures;
        _time = time;
    }

    public async Task HandleAsync(HttpContext context, CancellationToken stopping)
    {
        context.Response.Headers.Date = _time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        context.Request.EnableBuffering();
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false) : FormCollection.Empty;
        context.Request.Body.Position = 0;
        _sts.Record(new StsCall(
            form["Action"].ToString(),
            Field(form, "RoleArn"),
            Field(form, "RoleSessionName"),
            int.TryParse(form["DurationSeconds"], CultureInfo.InvariantCulture, out var seconds) ? seconds : null,
            TokenIdOf(Field(form, "WebIdentityToken")),
            _time.GetUtcNow()));
        await _sts.Faults.RunAsync(context, () => AnswerAsync(context, form), stopping).ConfigureAwait(false);
    }

    private static string? Field(IFormCollection form, string name) => form.TryGetValue(name, out var value) ? value.ToString() : null;

    private static string? TokenIdOf(string? token) => Tokens.CanReadToken(token) ? Tokens.ReadJsonWebToken(token).Id : null;

    private async Task AnswerAsync(HttpContext context, IFormCollection form)
    {
        var error = form["Action"].ToString() switch
        {
            "AssumeRoleWithWebIdentity" => await AssumeRoleWithWebIdentityAsync(context, form).ConfigureAwait(false),
            "AssumeRole" => await AssumeRoleAsync(context, form).ConfigureAwait(false),
            "GetCallerIdentity" => await GetCallerIdentityAsync(context).ConfigureAwait(false),
            var other => new StsError(400, "InvalidAction", $"Could not find operation {other} for version 2011-06-15"),
        };
        if (error is not null)
        {
            await StsXml.WriteErrorAsync(context, error).ConfigureAwait(false);
        }
    }

    private async Task<StsError?> AssumeRoleWithWebIdentityAsync(HttpContext context, IFormCollection form)
    {
        const string Operation = "AssumeRoleWithWebIdentity";
        var (roleArn, text) = (Field(form, "RoleArn"), Field(form, "WebIdentityToken"));
        if (JudgeFields(form) is { } invalid)
        {
            return invalid;
        }

        if (text is null || text.Length is < 4 or > 20_000)
        {
            return StsError.Validation("1 validation error detected: Value at 'webIdentityToken' failed to satisfy constraint: Member must have length between 4 and 20000");
        }

        if (!Tokens.CanReadToken(text))
        {
            return StsError.InvalidToken("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)");
        }

        var token = Tokens.ReadJsonWebToken(text);
        if (_sts.ClientIds(token.Issuer) is not { } clientIds)
        {
            return StsError.InvalidToken($"No OpenIDConnect provider found in your account for {token.Issuer}");
        }

        if (await JudgeTokenAsync(text, token, clientIds).ConfigureAwait(false) is { } rejected)
        {
            return rejected;
        }

        var role = _sts.Role(roleArn!);
        var provider = token.Issuer[(token.Issuer.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var keys = new Dictionary<string, IReadOnlyList<string>>
        {
            [$"{provider}:aud".ToLowerInvariant()] = [.. token.Audiences],
            [$"{provider}:sub".ToLowerInvariant()] = [token.Subject],
        };
        if (role is null || !TrustPolicyDocument.Allows(
            role.TrustPolicyJson,
            $"sts:{Operation}",
            "Federated",
            [$"arn:{role.Arn.Split(':')[1]}:iam::{role.Account}:oidc-provider/{provider}"],
            keys))
        {
            return StsError.AccessDenied(Operation);
        }

        if (Duration(form, role.MaxSessionDuration) is not { } lifetime)
        {
            return StsError.Validation("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
        }

        var (session, id) = Issue(context, role, Field(form, "RoleSessionName")!, lifetime, isChained: false);
        await StsXml.WriteResultAsync(
            context,
            Operation,
            StsXml.Element("SubjectFromWebIdentityToken", token.Subject),
            StsXml.Element("Audience", string.Join(',', token.Audiences)),
            StsXml.Element("Provider", token.Issuer),
            AssumedRoleUser(session, id),
            Credentials(session)).ConfigureAwait(false);
        return null;
    }

    private async Task<StsError?> AssumeRoleAsync(HttpContext context, IFormCollection form)
    {
        const string Operation = "AssumeRole";
        var (caller, refused) = await CallerAsync(context).ConfigureAwait(false);
        if (caller is null || JudgeFields(form) is not null)
        {
            return refused ?? JudgeFields(form);
        }

        var role = _sts.Role(Field(form, "RoleArn")!);
        var keys = new Dictionary<string, IReadOnlyList<string>>();
        if (Field(form, "ExternalId") is { } externalId)
        {
            keys["sts:externalid"] = [externalId];
        }

        if (role is null || !TrustPolicyDocument.Allows(role.TrustPolicyJson, "sts:AssumeRole", "AWS", [RoleOf(caller), caller.AssumedRoleArn], keys))
        {
            return new StsError(403, "AccessDenied", $"User: {caller.AssumedRoleArn} is not authorized to perform: sts:AssumeRole on resource: {Field(form, "RoleArn")}");
        }

        if (Duration(form, role.MaxSessionDuration) is not { } lifetime)
        {
            return StsError.Validation("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
        }

        if (lifetime > TimeSpan.FromHours(1))
        {
            return StsError.Validation("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining");
        }

        var (session, id) = Issue(context, role, Field(form, "RoleSessionName")!, lifetime, isChained: true);
        await StsXml.WriteResultAsync(context, Operation, AssumedRoleUser(session, id), Credentials(session)).ConfigureAwait(false);
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
            StsXml.Element("UserId", $"AROALOCAL:{caller.AssumedRoleArn[(caller.AssumedRoleArn.LastIndexOf('/') + 1)..]}"),
            StsXml.Element("Account", caller.AssumedRoleArn.Split(':')[4])).ConfigureAwait(false);
        return null;
    }

    private async Task<(IssuedSession? Caller, StsError? Refused)> CallerAsync(HttpContext context)
    {
        var hash = await SHA256.HashDataAsync(context.Request.Body, context.RequestAborted).ConfigureAwait(false);
        var verdict = _signatures.Verify(context.Request, "sts", Convert.ToHexString(hash).ToLowerInvariant());
        return (verdict.Signature?.Session, verdict.Error is { } error ? new StsError(error.Status, error.Code, error.Message) : null);
    }

    private static StsError? JudgeFields(IFormCollection form)
    {
        if (Field(form, "RoleArn") is not { Length: >= 20 and <= 2048 })
        {
            return StsError.Validation("1 validation error detected: Value at 'roleArn' failed to satisfy constraint: Member must have length between 20 and 2048");
        }

        if (Field(form, "RoleSessionName") is not { } name || !SessionNamePattern().IsMatch(name))
        {
            return StsError.Validation(@"1 validation error detected: Value at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*");
        }

        if (Field(form, "Policy") is { Length: > 2048 })
        {
            return new StsError(400, "PackedPolicyTooLarge", "The session policy is larger than the packed size limit.");
        }

        return Field(form, "Policy") is { } policy && !policy.TrimStart().StartsWith('{')
            ? new StsError(400, "MalformedPolicyDocument", "This policy contains invalid Json")
            : null;
    }

    private async Task<StsError?> JudgeTokenAsync(string text, JsonWebToken token, IReadOnlyList<string> clientIds)
    {
        if (!token.Issuer.Equals(_issuer.Url.OriginalString, StringComparison.Ordinal)
            || _issuer.PublishedKeys().All(key => key.KeyId != token.Kid))
        {
            return StsError.InvalidToken("Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements");
        }

        var signature = await Tokens.ValidateTokenAsync(text, new TokenValidationParameters
        {
            IssuerSigningKeys = _issuer.PublishedKeys(),
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
        }).ConfigureAwait(false);
        if (!signature.IsValid)
        {
            return StsError.InvalidToken("The web identity token that was passed could not be validated by AWS. Get a new identity token from the identity provider and then retry the request.");
        }

        if (!token.Audiences.Any(clientIds.Contains))
        {
            return StsError.InvalidToken("Incorrect token audience");
        }

        var (now, expires) = (_time.GetUtcNow().ToUnixTimeSeconds(), new DateTimeOffset(token.ValidTo).ToUnixTimeSeconds());
        return now < expires
            ? null
            : new StsError(400, "ExpiredTokenException", $"Token expired: current date/time {now} must be before the expiration date/time {expires}");
    }

    private static TimeSpan? Duration(IFormCollection form, TimeSpan longest)
    {
        if (Field(form, "DurationSeconds") is not { } text)
        {
            return TimeSpan.FromHours(1);
        }

        return int.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && TimeSpan.FromSeconds(seconds) is var asked && asked <= longest ? asked : null;
    }

    private (IssuedSession Session, string RoleId) Issue(HttpContext context, LocalRole role, string sessionName, TimeSpan lifetime, bool isChained)
    {
        var changes = context.Features.Get<AnswerChanges>();
        var granted = changes?.RoleArn is { } other ? role with { Arn = other } : role;
        var session = new IssuedSession(
            "ASIA" + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16),
            Convert.ToBase64String(RandomNumberGenerator.GetBytes(30)),
            (isChained ? "chained" : "local") + Convert.ToBase64String(RandomNumberGenerator.GetBytes(240)),
            $"arn:{granted.Arn.Split(':')[1]}:sts::{granted.Account}:assumed-role/{granted.Name}/{sessionName}",
            _time.GetUtcNow() + (changes?.Lifetime ?? lifetime) + (changes?.LifetimeShift ?? TimeSpan.Zero));
        _sessions.Add(session);
        return (session, $"AROALOCAL:{sessionName}");
    }

    private static XElement AssumedRoleUser(IssuedSession session, string id) => StsXml.Element(
        "AssumedRoleUser",
        StsXml.Element("Arn", session.AssumedRoleArn),
        StsXml.Element("AssumedRoleId", id));

    private static XElement Credentials(IssuedSession session) => StsXml.Element(
        "Credentials",
        StsXml.Element("AccessKeyId", session.AccessKeyId),
        StsXml.Element("SecretAccessKey", session.SecretAccessKey),
        StsXml.Element("SessionToken", session.SessionToken),
        StsXml.Element("Expiration", session.Expiration.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));

    private static string RoleOf(IssuedSession session)
    {
        var parts = session.AssumedRoleArn.Split(':', 6);
        return $"arn:{parts[1]}:iam::{parts[4]}:role/{parts[5].Split('/')[1]}";
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_+=,.@-]{2,64}\z")]
    private static partial Regex SessionNamePattern();
}
