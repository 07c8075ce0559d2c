using Amazon.Runtime;
using Irsa.Credentials.BypassGuard;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>
/// Runs before the application's own services start. It fails the start if options are wrong, or if clients would sign with credentials that
/// the application did not choose. Then it sets the identity of the process, and fetches the first credentials of all identities in parallel.
/// </summary>
internal sealed class StartupService : IHostedLifecycleService
{
    private readonly IServiceProvider _provider;
    private readonly IServiceCollection _services;
    private bool _isStarted;

    public StartupService(IServiceProvider provider, IServiceCollection services)
    {
        _provider = provider;
        _services = services;
    }

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _isStarted = true;
        var names = IdentityNames.Of(_provider).Select(static known => known.Value).ToList();
        var faults = names.SelectMany(FaultsOf).ToList();
        if (faults.Count > 0)
        {
            throw Failure.Combine(faults).ToException();
        }

        foreach (var name in names)
        {
            if (IdentitySettings.Of(_provider, name).Warning is { } warning)
            {
                (_provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<WebIdentityTokenCredentials>().RegisteredForTwoRoles(warning.ToString());
            }
        }

        _provider.GetRequiredService<ClientVerifier>().Verify(_provider);
        TelemetryProviders.Create(_provider, _services);
        EarlyIdentity.TakeOver(_provider);
        foreach (var asked in _provider.GetServices<ProcessWideRegistration>())
        {
            // Creating the credentials also makes them the identity of the process.
            _ = _provider.GetRequiredKeyedService<AWSCredentials>(asked.Name);
        }

        return Task.WhenAll(names.Select(name => WarmUpAsync(name, cancellationToken)));
    }

    /// <summary>The old <c>WebHost</c> has no step before this one.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => _isStarted ? Task.CompletedTask : StartingAsync(cancellationToken);

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<Failure> FaultsOf(string name)
    {
        var result = IdentitySettings.Of(_provider, name);
        return name.Length == 0 ? result.Faults
            : result.Faults.Select(fault => fault with { Message = $"AddIrsaAws(\"{name}\"): {fault.Message}" });
    }

    private Task WarmUpAsync(string name, CancellationToken cancellationToken)
    {
        var result = IdentitySettings.Of(_provider, name);
        if (result.WarmUpAtStart == WarmUpBehavior.None)
        {
            return Task.CompletedTask;
        }

        var credentials = _provider.GetRequiredKeyedService<WebIdentityTokenCredentials>(name);
        if (result.WarmUpAtStart == WarmUpBehavior.Require)
        {
            return credentials.GetCredentialsAsync(cancellationToken);
        }

        // On a developer's machine a program that needs no AWS yet does not wait for the SDK to look everywhere.
        var isDeveloper = credentials.Settings.Developer is not null;
        var fetched = FetchAsync(credentials, isDeveloper ? CancellationToken.None : cancellationToken);
        return isDeveloper ? Task.CompletedTask : fetched;
    }

    private static async Task FetchAsync(WebIdentityTokenCredentials credentials, CancellationToken cancellationToken)
    {
        try
        {
            await credentials.GetCredentialsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception seen) when (seen is IrsaException or ObjectDisposedException)
        {
            // The cache has logged it, and tries again.
        }
    }
}
