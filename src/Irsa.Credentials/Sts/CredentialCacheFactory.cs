using Amazon.Runtime;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Telemetry;
using Irsa.Credentials.Tokens;
using Microsoft.Extensions.Logging;

namespace Irsa.Credentials.Sts;

/// <summary>Puts the rooms together: one cache over the web identity exchange, and a second over it where a second role is assumed.</summary>
internal static class CredentialCacheFactory
{
    public static CredentialCache Create(IrsaSettings settings, CredentialCacheDependencies parts)
    {
        var connection = new StsClientFactory(settings, parts.Transport);
        var first = Over(
            settings.RoleArn,
            reporter => new WebIdentityExchange(
                settings,
                new TokenFile(settings.TokenFile, parts.Time),
                () => connection.Open(new AnonymousAWSCredentials()),
                connection.Dates,
                connection.Describe(),
                reporter,
                parts.Time,
                FindProxy),
            settings.ExchangeTimeout);
        return settings.AssumeRole is not { } second
            ? first
            : Over(
                second.RoleArn,
                _ => new ChainedExchange(second, settings, first, connection.Open, connection.Dates, connection.Describe(), parts.Time, FindProxy),
                2 * settings.ExchangeTimeout,
                first);

        string? FindProxy() => StsEndpointInfo.Of(settings, connection).ProxyName;

        CredentialCache Over(string roleArn, Func<CredentialReporter, IExchange> exchange, TimeSpan longestWait, CredentialCache? source = null)
        {
            var reporter = new CredentialReporter(
                parts.LoggerFactory.CreateLogger<WebIdentityTokenCredentials>(), settings, roleArn, connection.Describe(), parts.Environment)
            { Source = source };
            var schedule = new RefreshSchedule(settings.RefreshAtFraction, Random.Shared.NextDouble);
            var cache = new CredentialCache(roleArn, exchange(reporter), schedule, settings.ExpiryMargin, longestWait, reporter, parts.Time);
            Instruments.Watch(cache, parts.Name);
            return cache;
        }
    }
}
