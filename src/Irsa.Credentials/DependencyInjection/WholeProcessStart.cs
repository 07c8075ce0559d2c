using Amazon.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>Makes the identity before anything of the application's starts; making it gives it to the process.</summary>
internal sealed class WholeProcessStart : IHostedLifecycleService
{
    private readonly IServiceProvider _provider;

    public WholeProcessStart(IServiceProvider provider) => _provider = provider;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var asked in _provider.GetServices<WholeProcess>())
        {
            _ = _provider.GetRequiredKeyedService<AWSCredentials>(asked.Name);
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
