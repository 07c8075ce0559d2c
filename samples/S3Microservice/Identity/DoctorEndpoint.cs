using Irsa.Credentials;
using Microsoft.Extensions.Options;

namespace S3Microservice.Identity;

internal static class DoctorEndpoint
{
    /// <summary>
    /// Shows what the command <c>irsa doctor</c> would, with this service's own options. Only in Development, and only with the setting
    /// <c>Doctor</c>: each request asks STS.
    /// </summary>
    public static void MapIrsaDoctor(this WebApplication app, string path)
    {
        if (app.Environment.IsDevelopment() && app.Configuration.GetValue<bool>("Doctor"))
        {
            app.MapGet(path, static async (IOptionsMonitor<IrsaOptions> options, TimeProvider time, CancellationToken cancellationToken) =>
                Results.Text((await new IrsaDoctor(options.CurrentValue, time).ExamineAsync(cancellationToken)).ToJson(), "application/json"));
        }
    }
}
