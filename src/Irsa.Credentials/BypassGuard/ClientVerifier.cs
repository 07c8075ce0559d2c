using System.Collections.Concurrent;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.DependencyInjection;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Irsa.Credentials.BypassGuard;

/// <summary>
/// Finds the clients of a container that would sign with something that nobody named: what is registered after <c>AddIrsaAws</c> can undo
/// it, and the SDK then takes its default chain without a word. What no registration shows is seen at the first request.
/// </summary>
internal sealed class ClientVerifier : ICredentialBypassPolicy
{
    private const string SharedOptionsBypass =
        "uses AWSOptions that were registered after AddIrsaAws and name no credentials: move AddIrsaAws below the last AddDefaultAWSOptions, or call it again there";

    private const string OwnOptionsBypass =
        "was given AWSOptions of its own that name no credentials: set their Credentials, use AddClient instead, or accept it with AllowOtherCredentials";

    private const string OwnClientBypass =
        "is made by the application without credentials: give it those of AddIrsaAws, use AddClient instead, or accept it with AllowOtherCredentials";

    private readonly ClientRegistrations _services;
    private readonly ConcurrentDictionary<ServiceDescriptor, ClientSource> _sources = [];
    private readonly AsyncLocal<bool> _isJudging = new();
    private volatile Verdict? _verdict;
    private string? _role;

    private ClientVerifier(ClientRegistrations services) => _services = services;

    public static ClientVerifier Of(IServiceCollection services)
    {
        if (services.FirstOrDefault(static descriptor => descriptor.ServiceType == typeof(ClientVerifier))?.ImplementationInstance is ClientVerifier known)
        {
            return known;
        }

        var registrations = new ClientVerifier(new ClientRegistrations(services));
        services.AddSingleton(registrations);
        services.AddSingleton<BypassGuardLifetime>();
        PipelineRegistration.Process.Ensure();
        CredentialBypassGuard.Watch(registrations);
        return registrations;
    }

    /// <param name="service">The client's interface.</param>
    /// <param name="key">Its key; null for a plain one.</param>
    public void Except(Type service, object? key) => _services.Except(service, key);

    /// <summary>Tells the role of the default identity as soon as that is known.</summary>
    public void DefaultIs(WebIdentityTokenCredentials identity) => _role = identity.Cache.RoleArn;

    /// <summary>Judges once per container.</summary>
    /// <exception cref="IrsaException">A client would not sign with this library's credentials; the message names each.</exception>
    public void Verify(IServiceProvider provider)
    {
        _ = provider.GetRequiredService<BypassGuardLifetime>();

        // A factory of options may ask for a client, whose making comes here again. No lock: it would be held while the application's code runs.
        if (_verdict is null && !_isJudging.Value)
        {
            _isJudging.Value = true;
            try
            {
                _verdict = new Verdict(Judge(provider));
            }
            finally
            {
                _isJudging.Value = false;
            }
        }

        if (_verdict is { } verdict)
        {
            if (verdict.Failure is { } failure)
            {
                throw failure.ToException();
            }

            if (!_services.HaveFactories)
            {
                CredentialBypassGuard.Release(this);
            }
        }
    }

    /// <summary>The application has named the default chain, so whoever signs with it may; or the container is gone.</summary>
    public void EndWatch() => CredentialBypassGuard.Release(this);

    /// <summary>
    /// For what no start has verified: a client comes along with what the default chain found. Judged without the container, which a client
    /// does not tell. Nor does it tell its key: of several registrations it is one that would not have had ours.
    /// </summary>
    Failure? ICredentialBypassPolicy.Judge(Type client, AWSCredentials credentials)
    {
        if (!_services.HaveIdentity(string.Empty))
        {
            return null;
        }

        var faults = _services.Judged.Where(descriptor => descriptor.ServiceType.IsAssignableFrom(client))
            .Select(descriptor => FaultAtRequest(descriptor) is { } fault ? $"{ClientRegistrations.Name(descriptor)} {fault}" : null)
            .OfType<string>().ToList();
        var isForeign = faults.Count > 0 && (credentials is ProcessCredentials ? !IsChainOurs(provider: null) : ClientCredentials.AreFromDefaultChain(credentials));
        return isForeign ? RegistrationFailures.CredentialsBypassed(faults) : null;
    }

    private string? FaultAtRequest(ServiceDescriptor descriptor) => ClientRegistrations.KindOf(descriptor) switch
    {
        ClientKind.Sdk => SourceOf(descriptor, provider: null) switch
        {
            ClientSource.SharedOptions => _services.HaveOurOptions ? null : SharedOptionsBypass,
            ClientSource.DefaultChain => OwnOptionsBypass,
            _ => null,
        },
        ClientKind.Factory => OwnClientBypass,
        _ => FaultOfInstance(descriptor),
    };

    private Failure? Judge(IServiceProvider provider)
    {
        using var scope = provider.CreateScope();
        var faults = _services.Judged.Select(KeyedLikeAnIdentity).OfType<string>().ToList();
        if (_services.HaveIdentity(string.Empty))
        {
            faults.AddRange(OfDefaultIdentity(scope.ServiceProvider));
        }

        return faults.Count == 0 ? null : RegistrationFailures.CredentialsBypassed(faults);
    }

    private List<string> OfDefaultIdentity(IServiceProvider provider)
    {
        var faults = new List<string>();
        var usesSharedOptions = false;
        foreach (var descriptor in _services.Judged.Where(descriptor => KeyedLikeAnIdentity(descriptor) is null))
        {
            var source = ClientRegistrations.KindOf(descriptor) == ClientKind.Sdk ? SourceOf(descriptor, provider) : default(ClientSource?);
            usesSharedOptions |= source == ClientSource.SharedOptions;
            if ((source == ClientSource.DefaultChain ? OwnOptionsBypass : FaultOfInstance(descriptor)) is { } fault && !IsChainOurs(provider))
            {
                faults.Add($"{ClientRegistrations.Name(descriptor)} {fault}");
            }
        }

        if (FaultOfSharedOptions(provider) is { } bypass)
        {
            if (usesSharedOptions)
            {
                faults.Add(bypass);
            }
            else
            {
                (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<WebIdentityTokenCredentials>().OptionsBypassed(bypass);
            }
        }

        return faults;
    }

    private string? KeyedLikeAnIdentity(ServiceDescriptor descriptor) =>
        ClientRegistrations.KindOf(descriptor) == ClientKind.Sdk && descriptor.ServiceKey is string { Length: > 0 } name && _services.HaveIdentity(name)
            ? $"{ClientRegistrations.Name(descriptor)} has the key of AddIrsaAws(\"{name}\"), but AddKeyedAWSService knows no options by key: replace it by AddIrsaAws(\"{name}\").AddClient<{descriptor.ServiceType.Name}>()"
            : null;

    private static string? FaultOfInstance(ServiceDescriptor descriptor) =>
        ClientRegistrations.InstanceOf(descriptor) is { } client && ClientCredentials.IsMadeWithout(client) ? OwnClientBypass : null;

    /// <summary>What is wrong with the options that clients of <c>AddAWSService</c> share; null where they name credentials, ours or others.</summary>
    private string? FaultOfSharedOptions(IServiceProvider provider) => provider.GetService<AWSOptions>() switch
    {
        { Credentials: ThrowingCredentials refused } => refused.Fault,
        null or { Credentials: not null } => null,
        { Profile.Length: > 0 } options => OptionsJudgement.OfProfile(options) is { } fault && !IsChainOurs(provider) ? fault : null,
        _ => IsChainOurs(provider) ? null : $"AddAWSService {SharedOptionsBypass}",
    };

    private ClientSource SourceOf(ServiceDescriptor descriptor, IServiceProvider? provider) =>
        _sources.GetOrAdd(descriptor, static (descriptor, provider) => ClientProbe.Look(descriptor, provider), provider);

    /// <summary>Whether the SDK's default chain ends at the default identity, and not at that of another name or container.</summary>
    private bool IsChainOurs(IServiceProvider? provider)
    {
        if (!ProcessIdentity.IsReserved || _services.GiveProcess(string.Empty))
        {
            return ProcessIdentity.IsReserved;
        }

        _ = provider?.GetRequiredKeyedService<AWSCredentials>(string.Empty);
        return _role is not null && _role == ProcessCredentials.Instance.RoleArn;
    }

    private sealed record Verdict(Failure? Failure);
}
