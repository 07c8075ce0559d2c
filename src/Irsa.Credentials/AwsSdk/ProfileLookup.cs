using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime.CredentialManagement;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.AwsSdk;

/// <summary>What the SDK makes of options that name a profile. An empty profile is no profile to it.</summary>
internal static class ProfileLookup
{
    /// <summary>Null where no profile is named, or where it exists. Where it does not, the SDK silently uses its default chain.</summary>
    public static string? Fault(AWSOptions options) =>
        string.IsNullOrEmpty(options.Profile) || new CredentialProfileStoreChain(options.ProfilesLocation).TryGetAWSCredentials(options.Profile, out _)
            ? null
            : $"AddAWSService uses AWSOptions with the profile {SecretRedactor.Quote(options.Profile)}, which this machine does not have: remove it (often it is \"Profile\" in the configuration section \"AWS\", meant for a developer's machine)";

    /// <summary>False where no profile is named, too.</summary>
    /// <param name="options">The options.</param>
    /// <param name="region">The region that the profile names; null where it names none.</param>
    public static bool TryFind(AWSOptions options, out string? region)
    {
        region = null;
        if (string.IsNullOrEmpty(options.Profile) || !new CredentialProfileStoreChain(options.ProfilesLocation).TryGetProfile(options.Profile, out var profile))
        {
            return false;
        }

        region = profile.Region?.SystemName;
        return true;
    }
}
