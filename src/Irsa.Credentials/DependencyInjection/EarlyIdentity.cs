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
        string[] names = [.. IdentityNames.Of(provider).Where(static known => known.IsMadeByApplication).Select(static known => known.Value)];
        if (names.Length == 0)
        {
            return;
        }

        var log = provider.GetService<ILoggerFactory>()?.CreateLogger<WebIdentityTokenCredentials>();
        var instruments = Instruments.For(provider.GetService<IMeterFactory>());
        foreach (var name in names)
        {
            provider.GetRequiredKeyedService<WebIdentityTokenCredentials>(name).Telemetry.MoveTo(log, instruments, name);
        }
    }
}
