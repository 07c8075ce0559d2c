using System.Collections.Concurrent;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>
/// The settings of each identity of a container, read once. Credentials, clients, health and start have them from here, so a configuration
/// that is reloaded later changes nothing for any of them.
/// </summary>
internal sealed class IdentitySettings
{
    private readonly ConcurrentDictionary<string, SettingsResult> _results = new();
    private readonly IServiceProvider _provider;

    public IdentitySettings(IServiceProvider provider) => _provider = provider;

    public static SettingsResult Of(IServiceProvider provider, string name) => provider.GetRequiredService<IdentitySettings>().Of(name);

    public SettingsResult Of(string name) => _results.GetOrAdd(name, static (name, self) => self.Read(name), this);

    private SettingsResult Read(string name)
    {
        var options = new IrsaOptions();
        var faults = new List<Failure>();
        var warning = Configure(name, options, faults);
        var environment = _provider.GetRequiredService<InjectedEnvironment>();
        var result = SettingsReader.Read(options, environment, faults, _provider.GetService<IHostEnvironment>()?.EnvironmentName) with { Warning = warning };
        if (_provider.GetRequiredService<IdentityNames>().Find(name) is not { IsMadeByApplication: true })
        {
            return result;
        }

        var settings = _provider.GetRequiredKeyedService<WebIdentityTokenCredentials>(name).Settings;
        return new SettingsResult
        {
            Settings = settings,
            Faults = faults,
            RoleArn = settings.RoleArn,
            TokenFile = settings.TokenFile,
            Region = SettingsReader.Clean(options.Region) ?? settings.Region,
            WarmUpAtStart = options.WarmUpAtStart,
        };
    }

    /// <summary>As the container's own factory of options does it, without its generic services, and with every fault instead of the first.</summary>
    /// <returns>A warning where calls of <c>AddIrsaAws</c> name different roles.</returns>
    private Failure? Configure(string name, IrsaOptions options, List<Failure> faults)
    {
        var (registered, warning) = (default(string), default(Failure));
        foreach (var step in _provider.GetServices<IConfigureOptions<IrsaOptions>>())
        {
            var before = options.RoleArn;
            switch (step)
            {
                case SectionOptions section:
                    if (section.Bind(name, options) is { } fault)
                    {
                        faults.Add(fault);
                    }

                    break;

                case IConfigureNamedOptions<IrsaOptions> named:
                    named.Configure(name, options);
                    break;

                default:
                    if (name.Length == 0)
                    {
                        step.Configure(options);
                    }

                    break;
            }

            if (step is CodeOptions or SectionOptions { IsDefault: false } && options.RoleArn is { } role && role != before)
            {
                warning ??= registered is null || registered == role ? null : RegistrationFailures.TwoRoles(registered, role);
                registered = role;
            }
        }

        foreach (var step in _provider.GetServices<IPostConfigureOptions<IrsaOptions>>())
        {
            step.PostConfigure(name, options);
        }

        foreach (var rule in _provider.GetServices<IValidateOptions<IrsaOptions>>())
        {
            if (rule.Validate(name, options) is { Failed: true } refusal)
            {
                faults.Add(ConfigurationFailures.RefusedByApplication(refusal.Failures));
            }
        }

        return warning;
    }
}
