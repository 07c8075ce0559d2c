using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>Turns a provider's status into a health report. It never calls STS.</summary>
internal sealed class CredentialHealthCheck : IHealthCheck
{
    private readonly IServiceProvider _provider;
    private readonly string _name;

    public CredentialHealthCheck(IServiceProvider provider, string name)
    {
        _provider = provider;
        _name = name;
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(CredentialHealth.Of(_provider, _name).ToResult(context.Registration.FailureStatus));
}
