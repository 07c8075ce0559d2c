using Microsoft.Extensions.Logging;

namespace Irsa.Credentials.Telemetry;

/// <summary>Every message of the library. Ids: 100 refresh, 200 token, 300 STS, 500 wiring. None can hold a secret.</summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Information, "AWS identity: {AssumedRole}, web identity for {RoleArn} from {Endpoint} ({Region}). Expires {Expiration:u}, next refresh {NextRefresh:u}. Ignored credential sources: {IgnoredSources}")]
    public static partial void FirstCredentials(this ILogger logger, string assumedRole, string roleArn, string endpoint, string region, DateTimeOffset expiration, DateTimeOffset nextRefresh, string ignoredSources);

    [LoggerMessage(101, LogLevel.Warning, "Refreshing the credentials of {RoleArn} failed. The current credentials keep being used until {UsableUntil:u}; next refresh {NextRetry:u}. {ErrorId}: {Error}")]
    public static partial void RefreshFailed(this ILogger logger, string roleArn, DateTimeOffset usableUntil, DateTimeOffset nextRetry, string errorId, string error);

    [LoggerMessage(102, LogLevel.Error, "No credentials for {RoleArn}. Next refresh {NextRetry:u}. {ErrorId}: {Error}")]
    public static partial void NoCredentials(this ILogger logger, string roleArn, DateTimeOffset nextRetry, string errorId, string error);

    [LoggerMessage(103, LogLevel.Information, "Credentials of {RoleArn} were refreshed after {Failures} failure(s) in a row. They expire {Expiration:u}")]
    public static partial void Recovered(this ILogger logger, string roleArn, int failures, DateTimeOffset expiration);

    [LoggerMessage(104, LogLevel.Debug, "Credentials of {RoleArn} were refreshed in {Seconds:0.000} s. They expire {Expiration:u}")]
    public static partial void Refreshed(this ILogger logger, string roleArn, double seconds, DateTimeOffset expiration);

    [LoggerMessage(105, LogLevel.Debug, "Refreshing the credentials of {RoleArn} failed again ({Failures} in a row). Next refresh {NextRetry:u}. {ErrorId}")]
    public static partial void StillFailing(this ILogger logger, string roleArn, int failures, DateTimeOffset nextRetry, string errorId);

    [LoggerMessage(106, LogLevel.Information, "AWS identity: {AssumedRole}, from {Endpoint} ({Region}). Expires {Expiration:u}, next refresh {NextRefresh:u}. Ignored credential sources: {IgnoredSources}")]
    public static partial void FirstContainerCredentials(this ILogger logger, string assumedRole, string endpoint, string region, DateTimeOffset expiration, DateTimeOffset nextRefresh, string ignoredSources);

    [LoggerMessage(201, LogLevel.Warning, "STS reported that the token had expired, so the exchange waited for the kubelet to replace it. {Error}")]
    public static partial void TokenExpired(this ILogger logger, string error);

    [LoggerMessage(202, LogLevel.Warning, "{Error}")]
    public static partial void TokenNotRotated(this ILogger logger, string error);

    [LoggerMessage(203, LogLevel.Warning, "{Error}")]
    public static partial void TokenFileExposed(this ILogger logger, string error);

    [LoggerMessage(301, LogLevel.Warning, "The requested session duration exceeds the maximum of {RoleArn}. From now on sessions of 1 hour are requested. {Error}")]
    public static partial void DurationRefused(this ILogger logger, string roleArn, string error);

    [LoggerMessage(302, LogLevel.Warning, "The local clock is {Difference} {Direction} the clock of STS. The lifetime of the credentials is calculated without it, but requests signed with a wrong clock may be rejected. Check the node's clock (chrony or another NTP client).")]
    public static partial void ClockIsWrong(this ILogger logger, string difference, string direction);

    [LoggerMessage(EventId = 500, Message = "AWS identity: {Source} ({Type}), because nothing is injected and IrsaOptions.{Option}. Expires {Expiration:u}")]
    public static partial void DeveloperCredentials(this ILogger logger, LogLevel level, string source, string? type, string option, DateTimeOffset expiration);

    [LoggerMessage(501, LogLevel.Warning, "IRSA501: {Fault}")]
    public static partial void OptionsBypassed(this ILogger logger, string fault);

    [LoggerMessage(502, LogLevel.Warning, "{Error}")]
    public static partial void PipelineUnavailable(this ILogger logger, string error);

    [LoggerMessage(503, LogLevel.Information, "Clients of AddAWSService keep the {Source} of the application's AWSOptions. The credentials of AddIrsaAws do not replace them")]
    public static partial void OwnCredentialsKept(this ILogger logger, string source);

    [LoggerMessage(504, LogLevel.Warning, "{Error}")]
    public static partial void IdentityReplaced(this ILogger logger, string error);

    [LoggerMessage(505, LogLevel.Warning, "{Error}")]
    public static partial void RegisteredForTwoRoles(this ILogger logger, string error);
}
