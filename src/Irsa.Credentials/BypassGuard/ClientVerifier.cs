using System.Collections.Concurrent;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Irsa.Credentials.BypassGuard;

/// <summary>
/// Finds the clients of a container that would sign with credentials that the application did not choose: what is registered after <c>AddIrsaAws</c> can undo
/// it, and the SDK then silently uses its default chain. What no registration shows is seen at the first request.
/// </summary>
internal sealed class ClientVerifier : ICredentialBypassPolicy
{
    private const string SharedOptionsBypass =
        "uses AWSOptions that were registered after AddIrsaAws and name no credentials: move AddIrsaAws below the last AddDefaultAWSOptions, or call it again there";

    private const string NoDefaultIdentityBypass =
        "has AWSOptions that name no credentials, and AddIrsaAws was called with names only: call AddIrsaAws() for a default identity, set the options' Credentials, or accept it with AllowOtherCredentials";

    private const string OwnOptionsBypass =
        "was given AWSOptions of its own that name no credentials: set their Credentials, use AddClient instead, or accept it with AllowOtherCredentials";

    private const string OwnClientBypass =
        "is made by the application without credentials: give it those of AddIrsaAws, use AddClient instead, or accept it with AllowOtherCredentials";

    /// <summary>No version, which is a 32-bit number.</summary>
    private const long NotSettled = long.MaxValue;

    private readonly ClientRegistrations _clients;
    private readonly ConcurrentDictionary<ServiceDescriptor, ClientSource> _sources = [];
    private readonly HashSet<string> _identities = [];
    private readonly HashSet<Type> _allowedWithoutDefault = [];
    private readonly object _gate = new();
    private volatile bool _isProcessWide;
    private volatile bool _givesToProcess;
    private string? _role;
    private int _watchingContainers;
    private long _settledVersion = NotSettled;

    private ClientVerifier(ClientRegistrations clients) => _clients = clients;

    private bool HasDefault => _identities.Contains(string.Empty);

    private IEnumerable<ServiceDescriptor> Unverified => HasDefault
        ? _clients.Unverified
        : _clients.Unverified.Where(descriptor => descriptor.IsKeyedService || !_allowedWithoutDefault.Contains(descriptor.ServiceType));

    int ICredentialBypassPolicy.Version => _clients.Version;

    /// <summary>False for a container whose services have changed since: another one may be built from them.</summary>
    bool ICredentialBypassPolicy.IsSettled => Volatile.Read(ref _settledVersion) is not NotSettled and var version && version == _clients.Version;

    public static ClientVerifier Of(IServiceCollection services)
    {
        if (services.FirstOrDefault(static descriptor => descriptor.ServiceType == typeof(ClientVerifier))?.ImplementationInstance is ClientVerifier known)
        {
            return known;
        }

        var verifier = new ClientVerifier(new ClientRegistrations(services));
        services.AddSingleton(verifier);
        services.AddSingleton(_ => new BypassGuardLifetime(verifier));
        PipelineRegistration.Process.Ensure();
        CredentialBypassGuard.Watch(verifier);
        return verifier;
    }

    /// <param name="service">The client's interface.</param>
    /// <param name="key">Its key; null for a plain one.</param>
    public void Allow(Type service, object? key) => _clients.Allow(service, key);

    /// <summary>For a named identity: the plain client too, as long as there is no default identity which it could mean.</summary>
    /// <param name="service">The client's interface.</param>
    public void AllowPlainWithoutDefault(Type service) => _allowedWithoutDefault.Add(service);

    /// <param name="identity">The name of an identity of the container; empty for the default one.</param>
    public void Add(string identity) => _identities.Add(identity);

    /// <param name="identity">The name of the identity that the whole process gets from this container.</param>
    public void GiveToProcess(string identity)
    {
        _givesToProcess = true;
        _isProcessWide |= identity.Length == 0;
    }

    /// <summary>The default identity is made, so its role is known.</summary>
    public void DefaultIs(WebIdentityTokenCredentials identity) => _role = identity.Cache.RoleArn;

    /// <summary>Looks once per container.</summary>
    /// <exception cref="IrsaException">A client would not sign with this library's credentials; the message names each.</exception>
    public void Verify(IServiceProvider provider)
    {
        var container = provider.GetRequiredService<BypassGuardLifetime>();
        if (container.Verify(() => FindFault(provider)) is { } failure)
        {
            throw failure.ToException();
        }

        if (container.IsVerified && !_clients.HaveFactories)
        {
            container.EndWatch();
        }
    }

    /// <summary>A container is in use whose clients have not all been seen. Several may be built from the same services.</summary>
    public void BeginWatch()
    {
        lock (_gate)
        {
            _watchingContainers++;
            Volatile.Write(ref _settledVersion, NotSettled);
        }
    }

    /// <summary>All clients of a container have been seen, or it is disposed.</summary>
    public void EndWatchOfContainer()
    {
        lock (_gate)
        {
            if (--_watchingContainers == 0)
            {
                Volatile.Write(ref _settledVersion, _clients.Version);
            }
        }
    }

    /// <summary>The application has named the default chain, so every client may use it.</summary>
    public void EndWatch() => Volatile.Write(ref _settledVersion, _clients.Version);

    /// <summary>
    /// Evaluates a client that no start has verified and that is about to sign with what the default chain found. A client knows neither its
    /// container nor its key, so this looks for a registration of its service that this library did not make.
    /// </summary>
    Failure? ICredentialBypassPolicy.Evaluate(Type client, AWSCredentials credentials)
    {
        // What costs least comes first.
        if (credentials is ProcessCredentials && IsChainOurs(provider: null))
        {
            return null;
        }

        var faults = Unverified.Where(descriptor => descriptor.ServiceType.IsAssignableFrom(client))
            .Select(descriptor => FaultAtRequest(descriptor) is { } fault ? $"{ClientRegistrations.Name(descriptor)} {fault}" : null)
            .OfType<string>().ToList();
        return faults.Count > 0 && (credentials is ProcessCredentials || ClientCredentials.AreFromDefaultChain(credentials))
            ? RegistrationFailures.CredentialsBypassed(faults)
            : null;
    }

    private string? FaultAtRequest(ServiceDescriptor descriptor) => ClientRegistrations.MakerOf(descriptor) switch
    {
        ClientMaker.Sdk => SourceOf(descriptor, provider: null) switch
        {
            ClientSource.SharedOptions => !HasDefault ? NoDefaultIdentityBypass : _clients.HaveLibraryOptions ? null : SharedOptionsBypass,
            ClientSource.DefaultChain => OwnOptionsBypass,
            _ => null,
        },
        ClientMaker.ApplicationLater => OwnClientBypass,
        _ => FaultOfInstance(descriptor),
    };

    private Failure? FindFault(IServiceProvider provider)
    {
        using var scope = provider.CreateScope();
        var faults = Unverified.Select(KeyedLikeAnIdentity).OfType<string>().ToList();
        faults.AddRange(FaultsOfOthers(scope.ServiceProvider));
        ReportReplacements(scope.ServiceProvider);
        return faults.Count == 0 ? null : RegistrationFailures.CredentialsBypassed(faults);
    }

    private void ReportReplacements(IServiceProvider provider)
    {
        foreach (var replacement in HasDefault ? IdentityReplacement.Find(_clients.All, provider) : [])
        {
            Logger(provider).IdentityReplaced(replacement.ToString());
        }

        if (_givesToProcess && !ProcessIdentity.IsReserved)
        {
            Logger(provider).IdentityReplaced(RegistrationFailures.IdentityReplaced("AWSConfigs.AWSCredentialsGenerators was set after UseForWholeProcess").ToString());
        }
    }

    private static ILogger Logger(IServiceProvider provider) =>
        (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<WebIdentityTokenCredentials>();

    private List<string> FaultsOfOthers(IServiceProvider provider)
    {
        var faults = new List<string>();
        var usesSharedOptions = false;
        foreach (var descriptor in Unverified.Where(descriptor => KeyedLikeAnIdentity(descriptor) is null))
        {
            var source = ClientRegistrations.MakerOf(descriptor) == ClientMaker.Sdk ? SourceOf(descriptor, provider) : default(ClientSource?);
            usesSharedOptions |= source == ClientSource.SharedOptions;
            if ((source == ClientSource.DefaultChain ? OwnOptionsBypass : FaultOfInstance(descriptor)) is { } fault && !IsChainOurs(provider))
            {
                faults.Add($"{ClientRegistrations.Name(descriptor)} {fault}");
            }
        }

        // Without a default identity the options concern only those who use them.
        if ((HasDefault || usesSharedOptions) && FaultOfSharedOptions(provider) is { } bypass)
        {
            if (usesSharedOptions)
            {
                faults.Add(bypass);
            }
            else
            {
                Logger(provider).OptionsBypassed(bypass);
            }
        }

        return faults;
    }

    private string? KeyedLikeAnIdentity(ServiceDescriptor descriptor) =>
        ClientRegistrations.MakerOf(descriptor) == ClientMaker.Sdk && descriptor.ServiceKey is string { Length: > 0 } name && _identities.Contains(name)
            ? $"{ClientRegistrations.Name(descriptor)} has the key of AddIrsaAws(\"{name}\"), but AddKeyedAWSService finds no options by key: replace it by AddIrsaAws(\"{name}\").AddClient<{descriptor.ServiceType.Name}>()"
            : null;

    private static string? FaultOfInstance(ServiceDescriptor descriptor) =>
        ClientRegistrations.InstanceOf(descriptor) is { } client && ClientCredentials.IsMadeWithout(client) ? OwnClientBypass : null;

    /// <summary>What is wrong with the options that clients of <c>AddAWSService</c> share; null where they name credentials, ours or others.</summary>
    private string? FaultOfSharedOptions(IServiceProvider provider) => (provider.GetService<AWSOptions>() ?? AwsOptionsDecoration.FromConfiguration(provider)) switch
    {
        { Credentials: ThrowingCredentials refused } => refused.Fault,
        { Credentials: not null } => null,
        { Profile.Length: > 0 } options => ProfileLookup.Fault(options) is { } fault && !IsChainOurs(provider) ? fault : null,
        _ => IsChainOurs(provider) ? null : $"AddAWSService {(HasDefault ? SharedOptionsBypass : NoDefaultIdentityBypass)}",
    };

    private ClientSource SourceOf(ServiceDescriptor descriptor, IServiceProvider? provider) =>
        _sources.GetOrAdd(descriptor, static (descriptor, provider) => ClientProbe.Find(descriptor, provider), provider);

    /// <summary>Whether the SDK's default chain ends at the default identity, and not at that of another name or container.</summary>
    private bool IsChainOurs(IServiceProvider? provider)
    {
        // Without a default identity nothing but that of the process can be meant.
        if (!ProcessIdentity.IsReserved || _isProcessWide || !HasDefault)
        {
            return ProcessIdentity.IsReserved;
        }

        _ = provider?.GetRequiredKeyedService<AWSCredentials>(string.Empty);
        return _role is not null && _role == ProcessCredentials.Instance.RoleArn;
    }
}
