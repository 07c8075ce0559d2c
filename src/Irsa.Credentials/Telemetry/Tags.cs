namespace Irsa.Credentials.Telemetry;

/// <summary>The attributes of metrics and spans. Those that OpenTelemetry's conventions do not know have a namespace of their own.</summary>
internal static class Tags
{
    public const string Role = "irsa.role";

    public const string Name = "irsa.credentials.name";

    public const string Attempts = "irsa.exchange.attempts";

    public const string ErrorType = "error.type";
}
