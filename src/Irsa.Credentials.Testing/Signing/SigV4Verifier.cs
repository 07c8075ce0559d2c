using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>
/// Verifies Signature Version 4 in headers and in presigned URLs, with the session token that belongs to the key
/// (<see href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html"/>).
/// </summary>
internal sealed class SigV4Verifier
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    private readonly SessionStore _sessions;
    private readonly SigV4Rules _rules;
    private readonly TimeProvider _time;

    public SigV4Verifier(SessionStore sessions, SigV4Rules rules, TimeProvider time)
    {
        _sessions = sessions;
        _rules = rules;
        _time = time;
    }

    /// <param name="request">The request with its original target.</param>
    /// <param name="bodyHash">The hash of the body in lower-case hex, for services whose clients do not send it in a header.</param>
    /// <exception cref="S3Exception">The target is not valid UTF-8.</exception>
    public SigV4VerificationResult Verify(HttpRequest request, string? bodyHash = null)
    {
        var query = RawQuery.Parse(request);
        var isPresigned = query.Any(static pair => pair.Name == "X-Amz-Signature");
        var hasHeader = request.Headers.ContainsKey("Authorization");
        if (isPresigned == hasHeader)
        {
            return new(null, isPresigned ? SigV4Failure.TwoMechanisms : SigV4Failure.Missing, null, isPresigned);
        }

        var authorization = SigV4Authorization.Read(request) is { HasValidScope: true } read ? bodyHash is null ? read : read with { PayloadHash = bodyHash } : null;
        if (authorization is null || !TryParseTime(authorization, out var signedAt))
        {
            return new(null, SigV4Failure.Malformed, null, isPresigned);
        }

        if (_sessions.Find(authorization.AccessKeyId) is not { } session)
        {
            return new(null, SigV4Failure.UnknownAccessKey, authorization, isPresigned);
        }

        if ((CheckScope(authorization) ?? CheckTime(signedAt, authorization, isPresigned) ?? CheckSession(authorization, session)) is { } failure)
        {
            return new(null, failure, authorization, isPresigned);
        }

        var key = SigningKey(session, authorization);
        var expected = Convert.ToHexString(Sign(key, StringToSign(authorization, Canonical(request, query, authorization, isPresigned)))).ToLowerInvariant();
        if (!authorization.SignedHeaders.Contains("host") || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(authorization.Signature)))
        {
            return new(null, SigV4Failure.SignatureMismatch, authorization, isPresigned);
        }

        return request.Headers.Keys.All(name => !name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase) || authorization.SignedHeaders.Contains(name.ToLowerInvariant()))
            ? new(new SigV4Signature(session, authorization.PayloadHash, key, authorization.Scope, authorization.Timestamp, authorization.Signature), null, authorization, isPresigned)
            : new(null, SigV4Failure.UnsignedHeaders, authorization, isPresigned);
    }

    internal static byte[] Sign(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static bool TryParseTime(SigV4Authorization authorization, out DateTimeOffset signedAt) =>
        DateTimeOffset.TryParseExact(authorization.Timestamp, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out signedAt)
        && authorization.Date == authorization.Timestamp[..8];

    private SigV4Failure? CheckScope(SigV4Authorization authorization) =>
        authorization.Service != _rules.Service ? SigV4Failure.WrongService
        : authorization.Region != _rules.Region ? SigV4Failure.WrongRegion
        : null;

    /// <summary>Compares durations, not points in time: a signing time in the year 9999 has no later one.</summary>
    private SigV4Failure? CheckTime(DateTimeOffset signedAt, SigV4Authorization authorization, bool isPresigned)
    {
        var age = _time.GetUtcNow() - signedAt;
        if (isPresigned)
        {
            return authorization.Expires < TimeSpan.Zero || authorization.Expires > _rules.LongestUrlLifetime ? SigV4Failure.UrlLifetimeInvalid
                : age > authorization.Expires ? SigV4Failure.UrlExpired
                : age < -_rules.AllowedClockSkew ? SigV4Failure.UrlNotYetValid
                : null;
        }

        return age > _rules.AllowedClockSkew ? SigV4Failure.SignedTooEarly
            : age < -_rules.AllowedClockSkew ? SigV4Failure.SignedTooLate
            : null;
    }

    /// <summary>Compares the token before the signature: a request that mixes the key and the token of two sessions must be recognizable.</summary>
    private SigV4Failure? CheckSession(SigV4Authorization authorization, IssuedSession session) =>
        authorization.SecurityToken is null ? SigV4Failure.TokenMissing
        : authorization.SecurityToken != session.SessionToken ? SigV4Failure.TokenOfOtherSession
        : _time.GetUtcNow() >= session.Expiration ? SigV4Failure.SessionExpired
        : null;

    private static byte[] SigningKey(IssuedSession session, SigV4Authorization authorization) =>
        authorization.Scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + session.SecretAccessKey), Sign);

    private static string StringToSign(SigV4Authorization authorization, string canonicalRequest) => string.Join(
        '\n',
        Algorithm,
        authorization.Timestamp,
        authorization.Scope,
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(canonicalRequest))).ToLowerInvariant());

    private static string Canonical(HttpRequest request, IReadOnlyList<RawQuery> query, SigV4Authorization authorization, bool isPresigned)
    {
        var path = S3Request.PathOf(request.HttpContext);
        var pairs = query
            .Where(pair => !(isPresigned && pair.Name == "X-Amz-Signature"))
            .Select(static pair => (Name: AwsUri.Encode(pair.Name), Value: AwsUri.Encode(pair.Value)))
            .OrderBy(static pair => pair.Name, StringComparer.Ordinal)
            .ThenBy(static pair => pair.Value, StringComparer.Ordinal)
            .Select(static pair => $"{pair.Name}={pair.Value}");
        var headers = authorization.SignedHeaders.Select(name => $"{name}:{HeaderValue(request, name)}\n");
        return string.Join(
            '\n',
            request.Method,
            string.Join('/', path.Split('/').Select(static segment => AwsUri.Encode(AwsUri.Decode(segment)))),
            string.Join('&', pairs),
            string.Concat(headers),
            string.Join(';', authorization.SignedHeaders),
            authorization.PayloadHash);
    }

    private static string HeaderValue(HttpRequest request, string name) => name == "host"
        ? request.Headers.Host.ToString()
        : string.Join(',', request.Headers[name].Select(static value => string.Join(' ', (value ?? string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries))));
}
