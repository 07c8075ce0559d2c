using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>Fetches the credentials while the host starts, before anything of the application's runs.</summary>
internal sealed class CredentialWarmUp : IHostedLifecycleService
{
    private readonly string _name;
    private readonly IServiceProvider _provider;

    public CredentialWarmUp(string name, IServiceProvider provider)
    {
        _name = name;
        _provider = provider;
    }

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var behavior = CredentialFactory.OptionsOf(_provider, _name).WarmUpAtStart;
        if (behavior == WarmUpBehavior.None || CredentialFactory.UsesDefaultChain(_provider, _name))
        {
            return;
        }

        try
        {
            await _provider.GetRequiredKeyedService<WebIdentityTokenCredentials>(_name).GetCredentialsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IrsaException) when (behavior == WarmUpBehavior.Attempt)
        {
            // The cache has logged it, and goes on trying.
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
