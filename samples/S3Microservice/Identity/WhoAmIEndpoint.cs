using Irsa.Credentials;

namespace S3Microservice.Identity;

internal static class WhoAmIEndpoint
{
    public static void MapWhoAmI(this IEndpointRouteBuilder routes) => routes.MapGet("/whoami", Answer)
        .WithSummary("Says whose credentials the service uses, and how their refresh goes.");

    /// <summary>Reads the library's status. An open page asks every few seconds, so no health check runs, and nothing is logged.</summary>
    private static WhoAmI Answer(WebIdentityTokenCredentials credentials, RefreshHistory refreshes, StsSimulation simulation, TimeProvider time) =>
        WhoAmI.Of(credentials.Status, refreshes.Newest, simulation.Behavior, time.GetUtcNow());
}
