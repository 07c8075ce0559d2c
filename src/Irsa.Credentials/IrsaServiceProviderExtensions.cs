using Irsa.Credentials;
using Irsa.Credentials.BypassGuard;
using Irsa.Credentials.DependencyInjection;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Checks a container that no host starts.</summary>
public static class IrsaServiceProviderExtensions
{
    /// <summary>
    /// Checks that every AWS client of the container signs with this library's credentials or with others that the application has chosen. A host does this when it starts. Call it after a
    /// bare <c>BuildServiceProvider()</c>, which has no start. Repeating it costs nothing.
    /// </summary>
    /// <param name="provider">A container with <c>AddIrsaAws</c>.</param>
    /// <exception cref="IrsaException">A client would sign with the SDK's default chain (IRSA501); the message names each.</exception>
    public static IServiceProvider VerifyIrsaAws(this IServiceProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        provider.GetRequiredService<ClientVerifier>().Verify(provider);
        EarlyIdentity.TakeOver(provider);
        return provider;
    }
}
