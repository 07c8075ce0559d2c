using Irsa.Credentials.Telemetry;
using Microsoft.Extensions.Logging;

namespace Irsa.Credentials.AwsSdk;

/// <summary>Puts the handlers in place once per process. Where the SDK has changed, it says so once and lets the provider work without them.</summary>
internal sealed class PipelineRegistration
{
    private readonly Lazy<string?> _obstacle;
    private int _reported;

    public PipelineRegistration(Action register) => _obstacle = new Lazy<string?>(() => Try(register));

    public static PipelineRegistration Process { get; } = new(static () => ClientPipelineCustomizer.Register());

    /// <summary>Has to run before the first client of an identity is made.</summary>
    public void Ensure() => _ = _obstacle.Value;

    /// <inheritdoc cref="Ensure()"/>
    /// <param name="logger">Gets one line per process where the SDK cannot be extended.</param>
    public void Ensure(ILogger logger)
    {
        if (_obstacle.Value is { } obstacle && Interlocked.Exchange(ref _reported, 1) == 0)
        {
            logger.PipelineUnavailable(Failures.RegistrationFailures.SdkNotSupported(obstacle).ToString());
        }
    }

    private static string? Try(Action register)
    {
        try
        {
            register();
            return null;
        }
        catch (Exception exception) when (exception is TypeLoadException or MissingMemberException or InvalidOperationException)
        {
            return exception.Message;
        }
    }
}
