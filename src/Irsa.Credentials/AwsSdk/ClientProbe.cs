using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Irsa.Credentials.AwsSdk;

/// <summary>Where a client of <c>AddAWSService</c> gets its credentials.</summary>
internal enum ClientSource
{
    /// <summary>From the options that all clients of the container share.</summary>
    SharedOptions = 0,

    /// <summary>From credentials or a profile that options of its own name.</summary>
    NamedCredentials = 1,

    /// <summary>From the SDK's default chain: its own options name nothing.</summary>
    DefaultChain = 2,
}

/// <summary>
/// Finds out where a client of <c>AddAWSService</c> gets its credentials. Its factory does not show its options, so it is run and stopped as
/// soon as it asks for the shared options or logs what it uses. No client is made, and the application's own configuration of it is not run.
/// </summary>
internal sealed class ClientProbe : IServiceProvider, ILoggerFactory, ILogger
{
    private readonly IServiceProvider? _provider;
    private bool _hasLogged;

    /// <param name="provider">The container; null where it is not known.</param>
    private ClientProbe(IServiceProvider? provider) => _provider = provider;

    /// <param name="descriptor">A registration of <c>AddAWSService</c>.</param>
    /// <param name="provider">The container; null where it is not known.</param>
    public static ClientSource Find(ServiceDescriptor descriptor, IServiceProvider? provider)
    {
        var probe = new ClientProbe(provider);
        try
        {
            var made = descriptor.IsKeyedService ? descriptor.KeyedImplementationFactory!(probe, descriptor.ServiceKey) : descriptor.ImplementationFactory!(probe);

            // Reached only where another version of the SDK logs other words.
            using ((IDisposable)made)
            {
                return ClientCredentials.AreFromDefaultChain(ClientCredentials.Of((IAmazonService)made)) ? ClientSource.DefaultChain : ClientSource.NamedCredentials;
            }
        }
        catch (Answer answer)
        {
            return answer.Credentials;
        }
        catch (Exception) when (!probe._hasLogged || provider is null)
        {
            // Before the first log line only the chain can fail: there was nothing else, and it found nothing. Without the container the
            // client's configuration may lack what it needs, and the chain is assumed too.
            return ClientSource.DefaultChain;
        }
    }

    public object? GetService(Type serviceType) =>
        serviceType == typeof(ILoggerFactory) ? this
        : serviceType == typeof(AWSOptions) && !_hasLogged ? throw new Answer(ClientSource.SharedOptions)
        : _provider?.GetService(serviceType);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _hasLogged |= logLevel >= LogLevel.Information;
        switch (formatter(state, exception))
        {
            case var text when text.Contains("AWSOptions.Credentials", StringComparison.Ordinal) || text.StartsWith("Found AWS credentials for the profile", StringComparison.Ordinal):
                throw new Answer(ClientSource.NamedCredentials);

            // The first comes before the chain is asked, the second only after it.
            case var text when text.StartsWith("Failed to find AWS credentials for the profile", StringComparison.Ordinal) || text.Contains("default credential search", StringComparison.Ordinal):
                throw new Answer(ClientSource.DefaultChain);
        }
    }

    public void Dispose()
    {
    }

    private sealed class Answer(ClientSource source) : Exception
    {
        public ClientSource Credentials => source;
    }
}
