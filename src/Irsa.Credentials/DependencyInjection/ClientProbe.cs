using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Irsa.Credentials.Pipeline;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>
/// Finds out what a client of <c>AddAWSService</c> would sign with. Its factory keeps the options to itself, so it is run: one that asks
/// for the shared options is stopped right there; one that has options of its own makes a client, which is looked at and thrown away.
/// </summary>
internal sealed class ClientProbe : IServiceProvider
{
    private const string NoCredentials =
        "was given AWSOptions of its own that name no credentials: set their Credentials, use AddClient instead, or accept it with AllowOtherCredentials";

    private readonly IServiceProvider? _provider;

    /// <param name="provider">The container; null where it is not known.</param>
    public ClientProbe(IServiceProvider? provider) => _provider = provider;

    public static bool IsMadeBySdk(ServiceDescriptor descriptor) =>
        (descriptor.IsKeyedService ? descriptor.KeyedImplementationFactory?.Target : descriptor.ImplementationFactory?.Target) is { } target
        && target.GetType().Assembly == typeof(AWSOptions).Assembly;

    public object? GetService(Type serviceType) => serviceType == typeof(AWSOptions) ? throw new SharedOptionsAsked() : _provider?.GetService(serviceType);

    public Finding Judge(ServiceDescriptor descriptor)
    {
        object client;
        try
        {
            client = descriptor.IsKeyedService ? descriptor.KeyedImplementationFactory!(this, descriptor.ServiceKey) : descriptor.ImplementationFactory!(this);
        }
        catch (SharedOptionsAsked)
        {
            return new Finding(UsesDefaultOptions: true, Fault: null);
        }
        catch (AmazonClientException)
        {
            // The SDK's own chain found nothing: there were no credentials in the options.
            return new Finding(UsesDefaultOptions: false, NoCredentials);
        }

        catch (Exception) when (_provider is null)
        {
            // The client's configuration needs the container, so the options are the client's own, and what they hold remains unknown.
            return new Finding(UsesDefaultOptions: false, NoCredentials);
        }

        using ((IDisposable)client)
        {
            return new Finding(UsesDefaultOptions: false, ClientCredentials.AreFromDefaultChain(ClientCredentials.Of((IAmazonService)client)) ? NoCredentials : null);
        }
    }

    /// <param name="UsesDefaultOptions">The client takes the options that all clients share.</param>
    /// <param name="Fault">Why it would not sign with credentials that somebody named; null where it would.</param>
    public readonly record struct Finding(bool UsesDefaultOptions, string? Fault);

    private sealed class SharedOptionsAsked : Exception;
}
