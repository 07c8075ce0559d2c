using Microsoft.Extensions.Options;

namespace Irsa.Credentials.Configuration;

/// <summary>Fails the start of the host with every fault of one role's options.</summary>
internal sealed class IrsaOptionsValidator : IValidateOptions<IrsaOptions>
{
    private readonly string _name;
    private readonly InjectedEnvironment _environment;

    public IrsaOptionsValidator(string name, InjectedEnvironment environment)
    {
        _name = name;
        _environment = environment;
    }

    public string Name => _name;

    public ValidateOptionsResult Validate(string? name, IrsaOptions options)
    {
        if (name != _name)
        {
            return ValidateOptionsResult.Skip;
        }

        var reading = SettingsReader.Read(options, _environment);
        return reading.Settings is not null || (reading.NotInjected && options.WhenNotInjected == NotInjectedBehavior.UseDefaultChain)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(reading.Faults.Select(fault => _name.Length == 0 ? fault.ToString() : $"[{_name}] {fault}"));
    }
}
