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
    private static readonly TimeSpan AllowedSkew = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongestPresigned = TimeSpan.FromDays(7);

    private readonly SessionStore _sessions;
    private readonly TimeProvider _time;

    public SigV4Verifier(SessionStore sessions, TimeProvider time)
    {
        _sessions = sessions;
        _time = time;
    }

    /// <param name="request">The request, its target untouched.</param>
    /// <param name="service">The service that the scope must name.</param>
    /// <param name="bodyHash">The body's hash in lower-case hex, for services whose clients sign it without naming it.</param>
    public SigV4VerificationResult Verify(HttpRequest request, string service, string? bodyHash = null)
    {
        var query = RawQuery.Of(request);
        var isPresigned = query.Any(static pair => pair.Name == "X-Amz-Signature");
        var hasHeader = request.Headers.ContainsKey("Authorization");
        if (isPresigned == hasHeader)
        {
            return Refused(isPresigned ? S3Error.InvalidArgument("Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter or the Authorization header should be specified") : S3Error.AccessDenied);
        }

        return SigV4Authorization.Of(request) is { } claim && claim.Service == service
            ? Verify(request, query, bodyHash is null ? claim : claim with { PayloadHash = bodyHash }, isPresigned)
            : Refused(isPresigned ? S3Error.MalformedQuery : S3Error.MalformedAuthorization);
    }

    internal static byte[] Sign(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static SigV4VerificationResult Refused(S3Error error) => new(null, error);

    private SigV4VerificationResult Verify(HttpRequest request, IReadOnlyList<RawQuery> query, SigV4Authorization claim, bool isPresigned)
    {
        if (_sessions.Find(claim.AccessKeyId) is not { } session)
        {
            return Refused(S3Error.InvalidAccessKeyId);
        }

        if (!DateTimeOffset.TryParseExact(claim.Timestamp, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signedAt)
            || !claim.Scope.StartsWith(claim.Timestamp[..8] + "/", StringComparison.Ordinal))
        {
            return Refused(isPresigned ? S3Error.MalformedQuery : S3Error.MalformedAuthorization);
        }

        var now = _time.GetUtcNow();
        if ((isPresigned ? JudgePresigned(now, signedAt, claim.Expires) : JudgeSigned(now, signedAt)) is { } late)
        {
            return Refused(late);
        }

        // What S3 says to a temporary key without its token.
        if (claim.SecurityToken is null && session.SessionToken.Length > 0)
        {
            return Refused(S3Error.InvalidAccessKeyId);
        }

        // Key and token of two sessions are what a torn request carries; the token is compared before the signature so that it shows.
        if ((claim.SecurityToken ?? string.Empty) != session.SessionToken)
        {
            return Refused(S3Error.InvalidToken);
        }

        if (now >= session.Expiration)
        {
            return Refused(S3Error.ExpiredToken);
        }

        var key = SigningKey(session, claim);
        var canonical = Canonical(request, query, claim, isPresigned);
        var toSign = $"{Algorithm}\n{claim.Timestamp}\n{claim.Scope}\n{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))).ToLowerInvariant()}";
        var expected = Convert.ToHexString(Sign(key, toSign)).ToLowerInvariant();
        if (!claim.SignedHeaders.Contains("host") || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(claim.Signature)))
        {
            return Refused(S3Error.SignatureDoesNotMatch);
        }

        return request.Headers.Keys.All(name => !name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase) || claim.SignedHeaders.Contains(name.ToLowerInvariant()))
            ? new SigV4VerificationResult(new SigV4Signature(session, claim.PayloadHash, key, claim.Scope, claim.Timestamp, claim.Signature), null)
            : Refused(S3Error.UnsignedHeaders);
    }

    private static S3Error? JudgeSigned(DateTimeOffset now, DateTimeOffset signedAt) =>
        (now - signedAt).Duration() > AllowedSkew ? S3Error.RequestTimeTooSkewed : null;

    private static S3Error? JudgePresigned(DateTimeOffset now, DateTimeOffset signedAt, TimeSpan expires)
    {
        if (expires < TimeSpan.Zero || expires > LongestPresigned)
        {
            return S3Error.ExpiresTooLate;
        }

        return now > signedAt + expires ? S3Error.RequestExpired : signedAt > now + AllowedSkew ? S3Error.NotValidYet : null;
    }

    private static byte[] SigningKey(IssuedSession session, SigV4Authorization claim) =>
        claim.Scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + session.SecretAccessKey), Sign);

    private static string Canonical(HttpRequest request, IReadOnlyList<RawQuery> query, SigV4Authorization claim, bool isPresigned)
    {
        var path = S3Request.PathOf(request.HttpContext);
        var names = query
            .Where(pair => !(isPresigned && pair.Name == "X-Amz-Signature"))
            .Select(static pair => (Name: AwsUri.Encode(pair.Name), Value: AwsUri.Encode(pair.Value)))
            .OrderBy(static pair => pair.Name, StringComparer.Ordinal)
            .ThenBy(static pair => pair.Value, StringComparer.Ordinal)
            .Select(static pair => $"{pair.Name}={pair.Value}");
        var headers = claim.SignedHeaders.Select(name => $"{name}:{HeaderValue(request, name)}\n");
        return string.Join(
            '\n',
            request.Method,
            string.Join('/', path.Split('/').Select(static segment => AwsUri.Encode(AwsUri.Decode(segment)))),
            string.Join('&', names),
            string.Concat(headers),
            string.Join(';', claim.SignedHeaders),
            claim.PayloadHash);
    }

    private static string HeaderValue(HttpRequest request, string name) => name == "host"
        ? request.Headers.Host.ToString()
        : string.Join(',', request.Headers[name].Select(static value => string.Join(' ', (value ?? string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries))));
}
