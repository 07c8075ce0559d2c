using Irsa.Credentials.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the health of an identity.</summary>
public static class IrsaHealthChecksBuilderExtensions
{
    /// <summary>
    /// Reports the state of the credentials, and never calls STS. They are healthy; degraded while their refresh fails and they are still valid,
    /// and before the first use; unhealthy when there are no usable ones. The data hold role, session, expiry, next refresh, failures in a
    /// row, error id and remedy.
    /// </summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The check's name; the default is <c>irsa</c>.</param>
    /// <param name="credentialsName">The name given to <c>AddIrsaAws</c>; null for the default identity.</param>
    /// <param name="failureStatus">What is reported when there are no credentials; the default is unhealthy.</param>
    /// <param name="tags">Tags to filter by, such as <c>ready</c>.</param>
    /// <param name="timeout">How long the check may take; the default is without limit. It does no I/O.</param>
    public static IHealthChecksBuilder AddIrsa(
        this IHealthChecksBuilder builder,
        string name = "irsa",
        string? credentialsName = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(
            name,
            provider => new CredentialHealthCheck(provider, credentialsName ?? Options.Options.DefaultName),
            failureStatus,
            tags,
            timeout));
    }

    /// <summary>
    /// Reports every identity that <c>AddIrsaAws</c> registered, before or after this call, in one check: as healthy as the worst of them. The
    /// data of a named identity are under <c>NAME.</c>, for instance <c>reports.errorId</c>. It never calls STS.
    /// </summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The check's name; the default is <c>irsa-all</c>.</param>
    /// <param name="failureStatus">What is reported when an identity has no credentials; the default is unhealthy.</param>
    /// <param name="tags">Tags to filter by, such as <c>ready</c>.</param>
    /// <param name="timeout">How long the check may take; the default is without limit. It does no I/O.</param>
    public static IHealthChecksBuilder AddIrsaAll(
        this IHealthChecksBuilder builder,
        string name = "irsa-all",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(name, static provider => new AllCredentialsHealthCheck(provider), failureStatus, tags, timeout));
    }
}
