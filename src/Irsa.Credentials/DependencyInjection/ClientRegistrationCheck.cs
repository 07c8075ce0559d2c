using Microsoft.Extensions.Hosting;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>Ends the start of a host whose AWS clients would sign with something that nobody named.</summary>
internal sealed class ClientRegistrationCheck : IHostedLifecycleService
{
    private readonly ClientRegistrations _registrations;
    private readonly IServiceProvider _provider;

    public ClientRegistrationCheck(ClientRegistrations registrations, IServiceProvider provider)
    {
        _registrations = registrations;
        _provider = provider;
    }

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _registrations.Verify(_provider);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
