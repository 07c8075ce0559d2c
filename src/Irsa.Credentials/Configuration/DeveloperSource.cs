using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Configuration;

/// <summary>What takes the pod's place on a developer's machine.</summary>
/// <param name="Profile">The profile that the application names; null for the SDK's default chain.</param>
internal sealed record DeveloperSource(string? Profile)
{
    /// <summary>Gets the source as errors, logs and health name it.</summary>
    public string Name => Profile is null ? "the SDK's default chain" : $"the profile {SecretRedactor.Quote(Profile)}";

    /// <summary>Gets the option that names it, as it is set.</summary>
    public string Option => Profile is null ? "WhenNotInjected is UseDefaultChain" : "DeveloperProfile is set";
}
