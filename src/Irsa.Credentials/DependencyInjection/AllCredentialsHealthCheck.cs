using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>Reports all identities of the container, as healthy as the worst of them. The data of a named one are under <c>NAME.</c></summary>
internal sealed class AllCredentialsHealthCheck : IHealthCheck
{
    private readonly IServiceProvider _provider;

    public AllCredentialsHealthCheck(IServiceProvider provider) => _provider = provider;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var data = new Dictionary<string, object>();
        var sentences = new List<string>();
        var worst = HealthStatus.Healthy;
        foreach (var name in IdentityNames.Of(_provider).Select(static known => known.Value))
        {
            var health = CredentialHealth.Of(_provider, name);
            var status = health.IsFailure ? context.Registration.FailureStatus : health.Status;
            worst = status < worst ? status : worst;
            sentences.Add(name.Length == 0 ? health.Description : $"{name}: {health.Description}");
            foreach (var (key, value) in health.Data)
            {
                data[name.Length == 0 ? key : $"{name}.{key}"] = value;
            }
        }

        if (sentences.Count == 0)
        {
            return Task.FromResult(HealthCheckResult.Degraded("No identity is registered: AddIrsaAws was not called."));
        }

        return Task.FromResult(new HealthCheckResult(worst, string.Join(' ', sentences), data: data));
    }
}
