using S3Microservice.Observability;

/// <summary>What every answer tells the browser: only this service's own files run, nothing is guessed, nothing is told to others.</summary>
internal static class PageHeaders
{
    private const string Page =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

    /// <summary>Objects are other people's files: opened in a browser they must not act as this service.</summary>
    private const string Object = "default-src 'none'; frame-ancestors 'none'; sandbox";

    public static void UsePageHeaders(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        // When the answer starts, because the exception handler clears what was set before.
        context.Response.OnStarting(static state =>
        {
            var context = (HttpContext)state;
            var (request, headers) = (context.Request, context.Response.Headers);
            context.SetRequestId();
            var isObject = request.Path.StartsWithSegments("/objects", out var key) && key.HasValue;
            headers.ContentSecurityPolicy = isObject ? Object : Page;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            return Task.CompletedTask;
        }, context);
        return next(context);
    });
}
