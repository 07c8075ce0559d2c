using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>What a request says about its signature, not yet verified.</summary>
internal sealed record SigV4Authorization(
    string AccessKeyId,
    string Scope,
    IReadOnlyList<string> SignedHeaders,
    string Signature,
    string Timestamp,
    string? SecurityToken,
    string PayloadHash,
    TimeSpan Expires)
{
    /// <summary>Gets whether the scope has the form <c>date/region/service/aws4_request</c>.</summary>
    public bool HasValidScope => Scope.Split('/') is [_, _, _, "aws4_request"];

    public string Date => Scope.Split('/')[0];

    public string Region => Scope.Split('/')[1];

    public string Service => Scope.Split('/')[2];

    /// <summary>Never prints the token.</summary>
    public override string ToString() => $"{AccessKeyId} {Scope}";

    /// <summary>Reads the headers or, without an <c>Authorization</c> header, the query. Null if a part is missing.</summary>
    public static SigV4Authorization? Read(HttpRequest request) => request.Headers.ContainsKey("Authorization") ? FromHeaders(request.Headers) : FromQuery(RawQuery.Parse(request));

    private static SigV4Authorization? FromHeaders(IHeaderDictionary headers)
    {
        var authorization = headers.Authorization.ToString();
        if (!authorization.StartsWith("AWS4-HMAC-SHA256 ", StringComparison.Ordinal))
        {
            return null;
        }

        var fields = authorization["AWS4-HMAC-SHA256 ".Length..]
            .Split(',', StringSplitOptions.TrimEntries)
            .Select(static field => field.Split('=', 2))
            .Where(static pair => pair.Length == 2)
            .DistinctBy(static pair => pair[0])
            .ToDictionary(static pair => pair[0], static pair => pair[1]);
        return fields.TryGetValue("Credential", out var credential)
            && fields.TryGetValue("SignedHeaders", out var signed)
            && fields.TryGetValue("Signature", out var signature)
            && credential.Split('/', 2) is [var key, var scope]
            ? new SigV4Authorization(
                key,
                scope,
                signed.Split(';'),
                signature,
                headers["x-amz-date"].ToString(),
                headers.TryGetValue("x-amz-security-token", out var token) ? token.ToString() : null,
                headers["x-amz-content-sha256"].ToString(),
                TimeSpan.Zero)
            : null;
    }

    private static SigV4Authorization? FromQuery(IReadOnlyList<RawQuery> query)
    {
        string? Value(string name) => query.Where(pair => pair.Name == name).Select(static pair => pair.Value).FirstOrDefault();
        return Value("X-Amz-Algorithm") == "AWS4-HMAC-SHA256"
            && Value("X-Amz-Credential")?.Split('/', 2) is [var key, var scope]
            && int.TryParse(Value("X-Amz-Expires"), CultureInfo.InvariantCulture, out var seconds)
            ? new SigV4Authorization(
                key,
                scope,
                (Value("X-Amz-SignedHeaders") ?? string.Empty).Split(';'),
                Value("X-Amz-Signature") ?? string.Empty,
                Value("X-Amz-Date") ?? string.Empty,
                Value("X-Amz-Security-Token"),
                Value("X-Amz-Content-Sha256") ?? "UNSIGNED-PAYLOAD",
                TimeSpan.FromSeconds(seconds))
            : null;
    }
}
