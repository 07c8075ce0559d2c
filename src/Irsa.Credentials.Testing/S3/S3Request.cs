using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Irsa.Credentials.Testing;

/// <summary>
/// Bucket, key and query of a path-style request, taken from the target as it was sent: a server that tidies paths would map
/// <c>a/../b</c> to another object.
/// </summary>
internal sealed class S3Request
{
    private readonly IReadOnlyList<RawQuery> _query;

    public S3Request(HttpContext context)
    {
        Context = context;
        _query = RawQuery.Of(context.Request);
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2)[0];
        path = path.StartsWith('/') ? path[1..] : path;
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        Bucket = AwsUri.Decode(slash < 0 ? path : path[..slash]);
        Key = slash < 0 ? string.Empty : AwsUri.Decode(path[(slash + 1)..]);
    }

    public HttpContext Context { get; }

    public string Method => Context.Request.Method;

    public IHeaderDictionary Headers => Context.Request.Headers;

    public string Bucket { get; }

    public string Key { get; }

    public CancellationToken Aborted => Context.RequestAborted;

    public bool Has(string name) => _query.Any(pair => pair.Name == name);

    public string? Query(string name) => _query.FirstOrDefault(pair => pair.Name == name)?.Value;
}
