using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Irsa.Credentials.Testing;

/// <summary>A name and value of the query, decoded, in the order of the request.</summary>
internal sealed record RawQuery(string Name, string Value)
{
    public static IReadOnlyList<RawQuery> Parse(HttpRequest request)
    {
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return target.Split('?', 2) is [_, { Length: > 0 } query]
            ? [.. query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(ParsePair)]
            : [];
    }

    private static RawQuery ParsePair(string pair)
    {
        var parts = pair.Split('=', 2);
        return new RawQuery(Decode(parts[0]), parts.Length > 1 ? Decode(parts[1]) : string.Empty);
    }

    private static string Decode(string text) => AwsUri.Decode(text.Replace('+', ' '));
}
