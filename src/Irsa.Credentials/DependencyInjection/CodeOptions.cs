using Microsoft.Extensions.Options;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>Sets one identity's options by what the application gave to <c>AddIrsaAws</c>.</summary>
internal sealed class CodeOptions : ConfigureNamedOptions<IrsaOptions>
{
    public CodeOptions(string name, Action<IrsaOptions> configure)
        : base(name, configure)
    {
    }
}
