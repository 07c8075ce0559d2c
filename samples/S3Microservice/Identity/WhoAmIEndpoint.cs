using Irsa.Credentials;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace S3Microservice.Identity;

internal static class WhoAmIEndpoint
{
    public static void MapWhoAmI(this IEndpointRouteBuilder routes) => routes.MapGet("/whoami", AnswerAsync);

    private static async Task<WhoAmI> AnswerAsync(
        WebIdentityTokenCredentials credentials, HealthCheckService health, RefreshHistory refreshes, TimeProvider time, CancellationToken cancellationToken)
    {
        var report = await health.CheckHealthAsync(static check => check.Tags.Contains("ready"), cancellationToken);
        return WhoAmI.Of(credentials.Status, report.Status, refreshes.Newest, time.GetUtcNow());
    }
}
