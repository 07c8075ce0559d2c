using Microsoft.IdentityModel.JsonWebTokens;

namespace Irsa.Credentials.Testing;

/// <summary>
/// The condition keys of a request to STS with their values. Names are compared without case
/// (<see href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html"/>).
/// </summary>
internal static class ConditionKeys
{
    private const string RequestTag = "aws:RequestTag/";

    private static readonly HashSet<string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        "aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalType", "aws:RequestedRegion", "aws:TagKeys", "aws:userid", "sts:ExternalId", "sts:RoleSessionName",
    };

    /// <summary>
    /// Returns whether a trust policy may use a key. A key that AWS sets and this server does not would be absent, so the condition would have
    /// another result than at AWS. All claims of an issuer are known: STS sets only audience and subject for a service account.
    /// </summary>
    public static bool IsKnown(string key) =>
        Known.Contains(key) || key.StartsWith(RequestTag, StringComparison.OrdinalIgnoreCase) || IsClaim(key);

    public static Dictionary<string, IReadOnlyList<string>> OfWebIdentity(StsRequest request, string region, string provider, JsonWebToken token)
    {
        var keys = OfAny(request, region);
        keys[$"{provider}:aud"] = [.. token.Audiences];
        keys[$"{provider}:sub"] = [token.Subject];
        if (provider == "accounts.google.com" && token.TryGetPayloadValue<string?>("azp", out var client) && client is not null)
        {
            keys[$"{provider}:oaud"] = keys[$"{provider}:aud"];
            keys[$"{provider}:aud"] = [client];
        }

        return keys;
    }

    public static Dictionary<string, IReadOnlyList<string>> OfSession(StsRequest request, string region, IssuedSession caller)
    {
        var keys = OfAny(request, region);
        keys["aws:PrincipalArn"] = [caller.Role.ToString()];
        keys["aws:PrincipalAccount"] = [caller.Role.Account];
        keys["aws:PrincipalType"] = ["AssumedRole"];
        keys["aws:userid"] = [caller.AssumedRoleId];
        if (request.ExternalId is { } externalId)
        {
            keys["sts:ExternalId"] = [externalId];
        }

        if (request.Tags.Count > 0)
        {
            keys["aws:TagKeys"] = [.. request.Tags.Keys];
            foreach (var (name, value) in request.Tags)
            {
                keys[RequestTag + name] = [value];
            }
        }

        return keys;
    }

    private static Dictionary<string, IReadOnlyList<string>> OfAny(StsRequest request, string region) => new(StringComparer.OrdinalIgnoreCase)
    {
        ["aws:RequestedRegion"] = [region],
        ["sts:RoleSessionName"] = [request.RoleSessionName!],
    };

    /// <summary>An issuer is a URL, so a dot, port or path precedes the claim; the prefix of a service has none of them.</summary>
    private static bool IsClaim(string key) =>
        key.LastIndexOf(':') is > 0 and var colon
        && key.AsSpan(0, colon).IndexOfAny(".:/") >= 0
        && !key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase)
        && !key.StartsWith("sts:", StringComparison.OrdinalIgnoreCase);
}
