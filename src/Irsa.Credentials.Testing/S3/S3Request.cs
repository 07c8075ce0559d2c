using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Irsa.Credentials.Testing;

/// <summary>
/// Bucket, key and query of a path-style request, read from the original target: with a normalized path, <c>a/../b</c> would name another
/// object.
/// </summary>
internal sealed class S3Request
{
    private readonly IReadOnlyList<RawQuery> _query;

    public S3Request(HttpContext context)
    {
        Context = context;
        _query = RawQuery.Parse(context.Request);
        var path = PathOf(context);
        path = path.StartsWith('/') ? path[1..] : path;
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        Bucket = AwsUri.Decode(slash < 0 ? path : path[..slash]);
        Key = slash < 0 ? string.Empty : AwsUri.Decode(path[(slash + 1)..]);
    }

    public HttpContext Context { get; }

    /// <summary>Returns the path of the original target.</summary>
    public static string PathOf(HttpContext context) => context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2)[0];

    public string Method => Context.Request.Method;

    public IHeaderDictionary Headers => Context.Request.Headers;

    public string Bucket { get; }

    public string Key { get; }

    public CancellationToken Aborted => Context.RequestAborted;

    public IEnumerable<string> QueryNames => _query.Select(static pair => pair.Name);

    public bool Has(string name) => _query.Any(pair => pair.Name == name);

    /// <summary>Returns a number of the query, reduced to <paramref name="most"/>.</summary>
    /// <exception cref="S3Exception">The value is not a number.</exception>
    public int Number(string name, int otherwise, int most = 1000) => Query(name) switch
    {
        null or "" => otherwise,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => Math.Min(number, most),
        _ => throw new S3Exception(S3Error.InvalidArgument($"Provided {name} not an integer or within integer range")),
    };

    public string? Query(string name) => _query.FirstOrDefault(pair => pair.Name == name)?.Value;
}
