using Irsa.Credentials;
using Irsa.Credentials.Testing;

namespace S3Microservice.Identity;

/// <summary>
/// Shows at home how the service behaves while STS fails. Only where LocalAws runs, and compiled for Debug alone.
/// </summary>
internal static class StsSimulationEndpoint
{
    private const string Normal = "normal";

    /// <summary>Long enough to be used, and short enough that its refresh, and its end, come within a minute.</summary>
    private static readonly TimeSpan ShortLife = TimeSpan.FromSeconds(60);

    public static void MapStsSimulation(this WebApplication app, LocalAws aws)
    {
        app.Services.GetRequiredService<StsSimulation>().Behavior = Normal;
        app.MapPost("/local-aws/sts/{behavior}", (string behavior, WebIdentityTokenCredentials credentials, StsSimulation simulation, CancellationToken cancellationToken) =>
            SwitchAsync(app, aws, behavior, credentials, simulation, cancellationToken)).ExcludeFromDescription();
    }

    private static async Task<IResult> SwitchAsync(
        WebApplication app, LocalAws aws, string behavior, WebIdentityTokenCredentials credentials, StsSimulation simulation, CancellationToken cancellationToken)
    {
        Fault? fault = behavior switch
        {
            Normal => null,
            "refuse" => Fault.Error(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"),
            "hang" => Fault.Hang(),
            "throttle" => Fault.Throttle(),
            _ => throw new BadHttpRequestException("STS can be normal, refuse, hang or throttle."),
        };
        aws.Sts.Faults.Clear();
        simulation.Behavior = behavior;
        app.Logger.StsBehaviorChanged(behavior);
        if (fault is not null)
        {
            // One more session first, so short that its refresh and its end can be watched.
            aws.Sts.Faults.Next(Fault.ShortSession(ShortLife));
            aws.Sts.Faults.Always(fault);
        }

        if (credentials.Status.State == CredentialState.Valid)
        {
            // Not within 30 seconds of the exchange before, so that a service that calls good sessions expired cannot flood STS.
            credentials.Invalidate((await credentials.GetCredentialsAsync(cancellationToken)).AccessKey);
            await credentials.GetCredentialsAsync(cancellationToken);
        }

        return Results.NoContent();
    }
}
