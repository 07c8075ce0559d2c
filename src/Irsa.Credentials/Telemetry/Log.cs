using Microsoft.Extensions.Logging;

namespace Irsa.Credentials.Telemetry;

/// <summary>Every message of the library. Ids: 100 refresh, 200 token, 300 STS, 500 wiring. None can hold a secret.</summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Information, "AWS identity: {AssumedRole}, by web identity of {RoleArn} from {Endpoint} ({Region}); expires {Expiration:u}, next refresh {NextRefresh:u}. Outranked: {Outranked}")]
    public static partial void FirstCredentials(this ILogger logger, string assumedRole, string roleArn, string endpoint, string region, DateTimeOffset expiration, DateTimeOffset nextRefresh, string outranked);

    [LoggerMessage(101, LogLevel.Warning, "Refresh of the credentials of {RoleArn} fails; those at hand are served until {UsableUntil:u}, next attempt {NextRetry:u}. {ErrorId}: {Error}")]
    public static partial void RefreshFails(this ILogger logger, string roleArn, DateTimeOffset usableUntil, DateTimeOffset nextRetry, string errorId, string error);

    [LoggerMessage(102, LogLevel.Error, "No credentials for {RoleArn}; next attempt {NextRetry:u}. {ErrorId}: {Error}")]
    public static partial void NoCredentials(this ILogger logger, string roleArn, DateTimeOffset nextRetry, string errorId, string error);

    [LoggerMessage(103, LogLevel.Information, "Credentials of {RoleArn} are fresh again after {Failures} failure(s) in a row; expire {Expiration:u}")]
    public static partial void Recovered(this ILogger logger, string roleArn, int failures, DateTimeOffset expiration);

    [LoggerMessage(104, LogLevel.Debug, "Credentials of {RoleArn} refreshed in {Seconds:0.000} s; expire {Expiration:u}")]
    public static partial void Refreshed(this ILogger logger, string roleArn, double seconds, DateTimeOffset expiration);

    [LoggerMessage(105, LogLevel.Debug, "Refresh of the credentials of {RoleArn} failed again ({Failures} in a row), next attempt {NextRetry:u}. {ErrorId}")]
    public static partial void StillFailing(this ILogger logger, string roleArn, int failures, DateTimeOffset nextRetry, string errorId);

    [LoggerMessage(201, LogLevel.Warning, "STS said that the token had expired; the exchange waited for the kubelet to replace it. {Error}")]
    public static partial void TokenExpired(this ILogger logger, string error);

    [LoggerMessage(202, LogLevel.Warning, "{Error}")]
    public static partial void TokenNotRotated(this ILogger logger, string error);

    [LoggerMessage(301, LogLevel.Warning, "The session duration asked for is above the maximum of {RoleArn}; 1 hour is asked for from now on. {Error}")]
    public static partial void DurationRefused(this ILogger logger, string roleArn, string error);

    [LoggerMessage(302, LogLevel.Warning, "The local clock is {Seconds:0} s off the clock of STS (positive: ahead). Credentials are kept by the clock of STS.")]
    public static partial void ClockSkew(this ILogger logger, double seconds);

    [LoggerMessage(EventId = 500, Message = "Nothing is injected and IrsaOptions.WhenNotInjected is UseDefaultChain: AWS clients use {Source} of the SDK's default chain")]
    public static partial void DefaultChainUsed(this ILogger logger, LogLevel level, string source);

    [LoggerMessage(501, LogLevel.Warning, "IRSA501: {Fault}")]
    public static partial void OptionsBypassed(this ILogger logger, string fault);

    [LoggerMessage(502, LogLevel.Warning, "{Error}")]
    public static partial void PipelineUnavailable(this ILogger logger, string error);

    [LoggerMessage(503, LogLevel.Information, "Clients of AddAWSService keep the {Source} that the application's AWSOptions name; the credentials of AddIrsaAws are not put in their place")]
    public static partial void OwnCredentialsKept(this ILogger logger, string source);
}
