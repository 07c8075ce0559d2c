using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>The identities of a container, in the order in which they were added. One service, because a container spends more on a service than on a name.</summary>
internal sealed class IdentityNames
{
    private volatile IdentityName[] _all = [];

    private IdentityNames()
    {
    }

    public IReadOnlyList<IdentityName> All => _all;

    public static IdentityNames Of(IServiceCollection services)
    {
        if (services.FirstOrDefault(static descriptor => descriptor.ServiceType == typeof(IdentityNames))?.ImplementationInstance is IdentityNames known)
        {
            return known;
        }

        var names = new IdentityNames();
        services.AddSingleton(names);
        return names;
    }

    /// <summary>None where AddIrsaAws was not called.</summary>
    public static IReadOnlyList<IdentityName> Of(IServiceProvider provider) => provider.GetService<IdentityNames>()?.All ?? [];

    public IdentityName? Find(string name) => Array.Find(_all, known => known.Value == name);

    public void Add(IdentityName name) => _all = [.. _all, name];
}
