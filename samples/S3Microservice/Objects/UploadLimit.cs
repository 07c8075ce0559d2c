using System.Globalization;
using Microsoft.AspNetCore.RateLimiting;

namespace S3Microservice.Objects;

/// <summary>Refuses uploads for which there is no memory, before any of their bytes are read.</summary>
internal static class UploadLimit
{
    public const string Policy = "uploads";

    /// <summary>An upload holds <see cref="PartSize.First"/> in memory: 128 MB in all, of the 384 that the Deployment allows.</summary>
    private const int AtOnce = 16;

    private const int SecondsToWait = 2;

    public static void AddUploadLimit(this IServiceCollection services) => services.AddRateLimiter(static options =>
    {
        options.AddConcurrencyLimiter(Policy, static limit => limit.PermitLimit = AtOnce);
        options.OnRejected = static async (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = SecondsToWait.ToString(CultureInfo.InvariantCulture);
            await Results.Problem($"{AtOnce} uploads are under way. Try again in {SecondsToWait} seconds.", title: "Too many uploads", statusCode: StatusCodes.Status503ServiceUnavailable)
                .ExecuteAsync(rejected.HttpContext);
        };
    });
}
