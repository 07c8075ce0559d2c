using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Pipeline;
using Irsa.Credentials.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>
/// Finds the clients of a container that <c>AddAWSService</c> would let sign with something that nobody named: what is registered after
/// <c>AddIrsaAws</c> can undo it, and the SDK then takes its default chain without a word.
/// </summary>
internal sealed class ClientRegistrations : IForeignIdentityJudge
{
    private const string SharedOptionsBypass =
        "uses AWSOptions that were registered after AddIrsaAws and name no credentials: move AddIrsaAws below the last AddDefaultAWSOptions, or call it again there";

    private readonly IServiceCollection _services;
    private readonly HashSet<Type> _excepted = [];
    private readonly object _gate = new();
    private bool _verified;
    private Failure? _failure;

    /// <param name="services">Kept, because it also holds what is registered later.</param>
    public ClientRegistrations(IServiceCollection services) => _services = services;

    public static ClientRegistrations Of(IServiceCollection services)
    {
        if (services.FirstOrDefault(static descriptor => descriptor.ServiceType == typeof(ClientRegistrations))?.ImplementationInstance is ClientRegistrations known)
        {
            return known;
        }

        var registrations = new ClientRegistrations(services);
        services.AddSingleton(registrations);
        PipelineRegistration.Process.Ensure();
        ForeignIdentities.Watch(registrations);
        return registrations;
    }

    public void Except(Type service)
    {
        _excepted.Add(service);
        ForeignIdentities.Accept(service);
    }

    /// <summary>Judges once per container.</summary>
    /// <exception cref="IrsaException">A client would not sign with this library's credentials; the message names each.</exception>
    public void Verify(IServiceProvider provider)
    {
        lock (_gate)
        {
            if (!_verified)
            {
                // A client's configuration may ask for another client, whose making comes here again.
                _verified = true;
                _failure = Judge(provider);
            }
        }

        if (_failure is { } failure)
        {
            throw failure.ToException();
        }

        ForeignIdentities.Release(this);
    }

    /// <summary>The application has named the default chain, so whoever signs with it may.</summary>
    public void AcceptDefaultChain() => ForeignIdentities.Release(this);

    /// <summary>
    /// For a container that nothing verifies: one of its clients comes along with what the default chain found. Judged without the container,
    /// which a client does not tell; options that a factory makes are taken for those of the client. Nor does it tell its key: of several
    /// registrations it is one that would not have had ours.
    /// </summary>
    Failure? IForeignIdentityJudge.Judge(Type client, AWSCredentials credentials)
    {
        if (!Has(string.Empty) || !ClientCredentials.AreFromDefaultChain(credentials))
        {
            return null;
        }

        var probe = new ClientProbe(provider: null);
        var faults = Effective().Where(descriptor => descriptor.ServiceType.IsAssignableFrom(client)).SelectMany(descriptor =>
            probe.Judge(descriptor) is var finding
            && (finding.Fault ?? (finding.UsesDefaultOptions && !AwsOptionsDecoration.IsInForce(_services) ? SharedOptionsBypass : null)) is { } fault
                ? [$"{Name(descriptor)} {fault}"]
                : Array.Empty<string>()).ToList();
        return faults.Count == 0 ? null : WiringFailures.CredentialsBypassed(faults);
    }

    private Failure? Judge(IServiceProvider provider)
    {
        using var scope = provider.CreateScope();
        var probe = new ClientProbe(scope.ServiceProvider);
        var isDefaultOurs = Has(string.Empty);
        var faults = new List<string>();
        var usesDefaultOptions = false;
        foreach (var descriptor in Effective().Where(descriptor => !_excepted.Contains(descriptor.ServiceType)))
        {
            if (descriptor.IsKeyedService && descriptor.ServiceKey is string name && name.Length > 0 && Has(name))
            {
                faults.Add($"{Name(descriptor)} has the key of AddIrsaAws(\"{name}\"), but AddKeyedAWSService knows no options by key: replace it by AddIrsaAws(\"{name}\").AddClient<{descriptor.ServiceType.Name}>()");
            }
            else if (isDefaultOurs)
            {
                var finding = probe.Judge(descriptor);
                usesDefaultOptions |= finding.UsesDefaultOptions;
                if (finding.Fault is { } fault)
                {
                    faults.Add($"{Name(descriptor)} {fault}");
                }
            }
        }

        if (isDefaultOurs && DefaultOptions(scope.ServiceProvider) is { } bypass)
        {
            if (usesDefaultOptions)
            {
                faults.Add(bypass);
            }
            else
            {
                (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<WebIdentityTokenCredentials>().OptionsBypassed(bypass);
            }
        }

        return faults.Count == 0 ? null : WiringFailures.CredentialsBypassed(faults);
    }

    /// <summary>What is wrong with the options that clients of <c>AddAWSService</c> share; null where they name credentials, ours or others.</summary>
    private static string? DefaultOptions(IServiceProvider provider) => provider.GetService<AWSOptions>() switch
    {
        null or { Credentials: not null } => null,
        { Profile: { Length: > 0 } profile } options => !ProcessIdentity.IsReserved && OptionsJudgement.OfProfile(options) is { } fault ? $"AddAWSService uses AWSOptions with the profile '{profile}', {fault}" : null,
        _ => ProcessIdentity.IsReserved ? null : $"AddAWSService {SharedOptionsBypass}",
    };

    /// <summary>The last registration of a service and key is the one that a container uses.</summary>
    private IEnumerable<ServiceDescriptor> Effective() => _services
        .Where(static descriptor => typeof(IAmazonService).IsAssignableFrom(descriptor.ServiceType))
        .GroupBy(static descriptor => (descriptor.ServiceType, descriptor.ServiceKey))
        .Select(static group => group.Last())
        .Where(ClientProbe.IsMadeBySdk);

    private bool Has(string name) => _services.Any(descriptor =>
        descriptor.IsKeyedService && descriptor.ServiceType == typeof(WebIdentityTokenCredentials) && name.Equals(descriptor.ServiceKey));

    private static string Name(ServiceDescriptor descriptor) => descriptor.IsKeyedService
        ? $"AddKeyedAWSService<{descriptor.ServiceType.Name}>(\"{descriptor.ServiceKey}\")"
        : $"AddAWSService<{descriptor.ServiceType.Name}>";
}
