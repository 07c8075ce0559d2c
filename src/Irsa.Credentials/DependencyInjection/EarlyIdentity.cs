using System.Diagnostics.Metrics;
using Irsa.Credentials.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>
/// Gives the container's loggers and meter to the identities that the application has made before it. Not when the container makes something of
/// them: what is made may be a sink of the log.
/// </summary>
internal static class EarlyIdentity
{
    public static void TakeOver(IServiceProvider provider)
    {
        foreach (var name in IdentityNames.Of(provider).Where(static known => known.IsMadeByApplication))
        {
            if (provider.GetService<ILoggerFactory>() is { } loggers)
            {
                provider.GetRequiredKeyedService<WebIdentityTokenCredentials>(name.Value).Telemetry.MoveTo(
                    loggers.CreateLogger<WebIdentityTokenCredentials>(), Instruments.For(provider.GetService<IMeterFactory>()), name.Value);
            }
        }
    }
}
