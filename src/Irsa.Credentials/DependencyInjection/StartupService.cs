using Amazon.Runtime;
using Irsa.Credentials.BypassGuard;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>
/// What happens before anything of the application's starts: the host does not where clients would sign with something that nobody named;
/// then the process gets its identity, and all identities their first credentials, side by side.
/// </summary>
internal sealed class StartupService : IHostedLifecycleService
{
    private readonly ClientVerifier _registrations;
    private readonly IServiceProvider _provider;

    public StartupService(ClientVerifier registrations, IServiceProvider provider)
    {
        _registrations = registrations;
        _provider = provider;
    }

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _registrations.Verify(_provider);
        foreach (var asked in _provider.GetServices<ProcessWideRegistration>())
        {
            // Making it gives it to the process.
            _ = _provider.GetRequiredKeyedService<AWSCredentials>(asked.Name);
        }

        return Task.WhenAll(_provider.GetServices<IdentityName>().Select(name => WarmUpAsync(name.Value, cancellationToken)));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task WarmUpAsync(string name, CancellationToken cancellationToken)
    {
        var behavior = CredentialFactory.OptionsOf(_provider, name).WarmUpAtStart;
        if (behavior == WarmUpBehavior.None || CredentialFactory.UsesDefaultChain(_provider, name))
        {
            return;
        }

        try
        {
            await _provider.GetRequiredKeyedService<WebIdentityTokenCredentials>(name).GetCredentialsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IrsaException) when (behavior == WarmUpBehavior.Attempt)
        {
            // The cache has logged it, and goes on trying.
        }
    }
}
