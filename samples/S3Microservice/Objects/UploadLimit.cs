using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace S3Microservice.Objects;

/// <summary>
/// Refuses uploads for which there is no memory, before any of their bytes are read. One client cannot take all places, and one that sends
/// too slowly loses its place.
/// </summary>
internal static class UploadLimit
{
    /// <summary>An upload of any size holds at most <see cref="PartSize.Bytes"/>: 128 MiB in all, of the 384 that the Deployment allows.</summary>
    private const int AtOnce = 16;

    /// <summary>A client is an address. Behind a proxy all callers are one, so a single client may take most of the places.</summary>
    private const int OfOneClient = 12;

    private const int SecondsToWait = 2;

    /// <summary>Gets the slowest upload, measured over the time in which the service waits for bytes: about ten minutes for a part.</summary>
    public static MinDataRate SlowestUpload { get; } = new(bytesPerSecond: 16 * 1024, gracePeriod: TimeSpan.FromSeconds(5));

    public static void AddUploadLimit(this IServiceCollection services) => services.AddRateLimiter(static options =>
    {
        options.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(static context =>
                Partition(context.Connection.RemoteIpAddress?.ToString() ?? string.Empty, OfOneClient)),
            PartitionedRateLimiter.Create<HttpContext, string>(static _ => Partition(string.Empty, AtOnce)));
        options.OnRejected = static async (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = SecondsToWait.ToString(CultureInfo.InvariantCulture);
            await Results.Problem(
                $"Too many uploads are in progress. Try again in {SecondsToWait} seconds.", title: "Too many uploads", statusCode: StatusCodes.Status503ServiceUnavailable)
                .ExecuteAsync(rejected.HttpContext);
        };
    });

    public static void UseUploadLimit(this IApplicationBuilder app) => app.UseWhen(static context => HttpMethods.IsPut(context.Request.Method), static uploads => uploads.UseRateLimiter());

    private static RateLimitPartition<string> Partition(string key, int permits) =>
        RateLimitPartition.GetConcurrencyLimiter(key, _ => new ConcurrencyLimiterOptions { PermitLimit = permits });
}
