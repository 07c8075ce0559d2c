using Irsa.Credentials.Configuration;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Telemetry;
using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Sts;

/// <summary>Builds the credential cache: one over the web identity exchange, and a second one on top of it if a second role is assumed.</summary>
internal static class CredentialCacheFactory
{
    private static readonly Func<double> Chance = Random.Shared.NextDouble;

    public static CredentialCache Create(IrsaSettings settings, CredentialCacheDependencies dependencies)
    {
        var clients = dependencies.Transport.ClientsFor(settings);
        var exchanges = new ExchangeFactory(settings, clients, dependencies.Time);
        var telemetry = dependencies.Telemetry;

        var firstReporter = Reporter(settings.RoleArn, source: null);
        var ownsClients = !dependencies.Transport.OwnsClients;
        IExchange firstExchange = settings.Developer is { } developer
            ? new DeveloperExchange(developer, dependencies.Environment, firstReporter.DeveloperCredentialsFound, settings.ExchangeTimeout, dependencies.Time)
            : settings.Container is { } container
            ? exchanges.CreateContainerExchange(container, container.TokenFile is { } file ? new TokenFile(file, dependencies.Time) : null, ownsClients)
            : exchanges.CreateWebIdentityExchange(TokensOf(settings, dependencies.Time), firstReporter, ownsClients);
        var first = Cache(settings.RoleArn, firstExchange, firstReporter, settings.ExchangeTimeout);
        return settings.AssumeRole is not { } second
            ? first
            : Cache(second.RoleArn, exchanges.CreateChainedExchange(second, first), Reporter(second.RoleArn, first), 2 * settings.ExchangeTimeout, first);

        static ITokenSource TokensOf(IrsaSettings settings, TimeProvider time) => settings.TokenSource?.Create(time) ?? new TokenFile(settings.TokenFile, time);

        CredentialReporter Reporter(string roleArn, CredentialCache? source) => new(
            telemetry, settings, roleArn, source is null && settings.Container is { } from ? () => from.Name : clients.GetEndpointName, dependencies.Environment)
        {
            Source = source,
        };

        CredentialCache Cache(string roleArn, IExchange exchange, CredentialReporter reporter, TimeSpan longestExchange, CredentialCache? source = null)
        {
            var schedule = new RefreshSchedule(settings.RefreshAtFraction, Chance);
            var cache = new CredentialCache(roleArn, exchange, schedule, settings.ExpiryMargin, longestExchange, reporter, dependencies.Time) { Source = source };
            telemetry.Watch(cache);
            return cache;
        }
    }
}
