using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Irsa.Credentials.Testing;

/// <summary>A name and value of the query as it was sent, in order.</summary>
internal sealed record RawQuery(string Name, string Value)
{
    public static IReadOnlyList<RawQuery> Of(HttpRequest request)
    {
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return target.Split('?', 2) is [_, { Length: > 0 } query]
            ? [.. query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Parse)]
            : [];
    }

    private static RawQuery Parse(string pair)
    {
        var parts = pair.Split('=', 2);
        return new RawQuery(Decoded(parts[0]), parts.Length > 1 ? Decoded(parts[1]) : string.Empty);
    }

    private static string Decoded(string text) => AwsUri.Decode(text.Replace('+', ' '));
}
