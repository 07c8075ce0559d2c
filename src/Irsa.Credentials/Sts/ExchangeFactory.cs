using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Telemetry;
using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Sts;

/// <summary>Wires the exchanges of one identity: what the cache runs, and what the doctor runs once.</summary>
internal sealed class ExchangeFactory
{
    private readonly IrsaSettings _settings;
    private readonly StsClientFactory _clients;
    private readonly TimeProvider _time;

    /// <param name="settings">What is asked of STS.</param>
    /// <param name="clients">The clients for it.</param>
    /// <param name="time">The clock.</param>
    public ExchangeFactory(IrsaSettings settings, StsClientFactory clients, TimeProvider time)
    {
        _settings = settings;
        _clients = clients;
        _time = time;
    }

    /// <param name="tokens">Where the token is read.</param>
    /// <param name="observer">Is told what an operator should know.</param>
    /// <param name="ownsClients">Whether the clients are disposed with the exchange.</param>
    public WebIdentityExchange CreateWebIdentityExchange(ITokenSource tokens, IExchangeObserver observer, bool ownsClients) => new(
        _settings,
        tokens,
        _clients.GetAnonymous,
        _clients.Dates,
        CreateRunner("AssumeRoleWithWebIdentity", _settings.RoleArn),
        observer,
        _time,
        ownsClients ? _clients : null);

    /// <param name="endpoint">Where to ask.</param>
    /// <param name="tokens">Where the token is read; null where no file holds it.</param>
    /// <param name="ownsClients">Whether the clients of STS are disposed with the exchange.</param>
    public ContainerExchange CreateContainerExchange(ContainerEndpoint endpoint, ITokenSource? tokens, bool ownsClients)
    {
        var context = new ExchangeContext("the request for credentials", _settings.RoleArn, () => endpoint.Name, _settings.Region, Token: null, Attempts: 0)
        {
            IsSts = false,
            FindRoute = _clients.FindRoute,
            ConfigureSts = _settings.ConfigureSts,
        };
        return new ContainerExchange(
            endpoint,
            tokens,
            new ContainerClient(endpoint),
            _clients.Create,
            _clients.GetEndpointName,
            new StsExchangeRunner(_settings, context, _time),
            _time,
            ownsClients ? _clients : null);
    }

    /// <param name="role">The second role.</param>
    /// <param name="source">The first role's cache; disposed with the exchange.</param>
    public ChainedExchange CreateChainedExchange(ChainedRole role, CredentialCache source) =>
        new(role, source, _clients.Create, _clients.Dates, CreateRunner("AssumeRole", role.RoleArn), _time);

    private StsExchangeRunner CreateRunner(string operation, string roleArn)
    {
        var context = new ExchangeContext(operation, roleArn, _clients.GetEndpointName, _settings.Region, Token: null, Attempts: 0)
        {
            IsAws = Partition.Owns(_settings.StsEndpoint),
            FindRoute = _clients.FindRoute,
            ConfigureSts = _settings.ConfigureSts,
        };
        return new StsExchangeRunner(_settings, context, _time);
    }
}
