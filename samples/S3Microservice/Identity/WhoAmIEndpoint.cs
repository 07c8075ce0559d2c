using Irsa.Credentials;

namespace S3Microservice.Identity;

internal static class WhoAmIEndpoint
{
    public static void MapWhoAmI(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/whoami", static (WebIdentityTokenCredentials credentials) => WhoAmI.Of(credentials.Status));
}
