namespace Irsa.Credentials.Testing;

/// <summary>
/// The condition keys that a request to STS has here, with their values, named without regard to case
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
    /// Whether a policy may name it. A key that AWS fills and this server does not would be absent here, which decides a condition otherwise
    /// than at AWS. An issuer's claims are all known: of them STS fills only audience and subject for a service account, whatever the policy names.
    /// </summary>
    public static bool IsKnown(string key) =>
        Known.Contains(key) || key.StartsWith(RequestTag, StringComparison.OrdinalIgnoreCase) || IsClaim(key);

    public static Dictionary<string, IReadOnlyList<string>> OfWebIdentity(StsRequest request, string region, string provider, IEnumerable<string> audiences, string subject)
    {
        var keys = OfAny(request, region);
        keys[$"{provider}:aud"] = [.. audiences];
        keys[$"{provider}:sub"] = [subject];
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

    /// <summary>An issuer is an address, so it has a dot, a port or a path before the claim; a service's prefix has none of them.</summary>
    private static bool IsClaim(string key) =>
        key.LastIndexOf(':') is > 0 and var colon
        && key.AsSpan(0, colon).IndexOfAny(".:/") >= 0
        && !key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase)
        && !key.StartsWith("sts:", StringComparison.OrdinalIgnoreCase);
}
