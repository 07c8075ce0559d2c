using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>Sets one identity's options from a configuration section.</summary>
internal sealed class SectionOptions : IConfigureNamedOptions<IrsaOptions>
{
    private readonly IServiceCollection _services;
    private readonly string _name;
    private readonly IConfiguration? _section;
    private readonly bool _isDefault;

    private SectionOptions(IServiceCollection services, string name, IConfiguration? section, bool isDefault)
    {
        _services = services;
        _name = name;
        _section = section;
        _isDefault = isDefault;
    }

    /// <summary>Gets a value indicating whether this is the section that nobody named.</summary>
    public bool IsDefault => _isDefault;

    public static void Add(IServiceCollection services, string name, IConfiguration section) =>
        services.AddSingleton<IConfigureOptions<IrsaOptions>>(new SectionOptions(services, name, section, isDefault: false));

    /// <summary>The section <c>Irsa</c> of the container's configuration, where none is named. What is set in code comes later, wherever it is registered.</summary>
    public static void AddDefault(IServiceCollection services) =>
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<IrsaOptions>>(provider => new SectionOptions(
            services, Options.DefaultName, provider.GetService<IConfiguration>()?.GetSection(IrsaOptions.SectionName), isDefault: true)));

    public void Configure(IrsaOptions options) => Configure(Options.DefaultName, options);

    /// <exception cref="IrsaException">A key or value is wrong (IRSA109); the message names every one.</exception>
    public void Configure(string? name, IrsaOptions options)
    {
        if (Bind(name, options) is { } failure)
        {
            throw failure.ToException();
        }
    }

    /// <summary>What is wrong with the section; null where nothing is, or where it belongs to another identity.</summary>
    public Failure? Bind(string? name, IrsaOptions options) => name != _name || _section is null || (_isDefault && IsNamed())
        ? null
        : OptionsBinder.Bind(_section, options, IsOtherIdentity);

    private bool IsNamed() => _services.Any(descriptor => !descriptor.IsKeyedService && descriptor.ImplementationInstance is SectionOptions named && named._name == _name);

    /// <summary>The sections of named identities often lie below that of the default one.</summary>
    private bool IsOtherIdentity(string key) => _services.Any(descriptor => !descriptor.IsKeyedService && descriptor.ImplementationInstance switch
    {
        IdentityNames known => known.All.Any(name => name.Value.Equals(key, StringComparison.OrdinalIgnoreCase)),
        SectionOptions { _section: IConfigurationSection other } => $"{other.Path}:".StartsWith($"{(_section as IConfigurationSection)?.Path}:{key}:", StringComparison.OrdinalIgnoreCase),
        _ => false,
    });
}
