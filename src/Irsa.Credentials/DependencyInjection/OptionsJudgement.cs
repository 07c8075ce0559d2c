using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime.CredentialManagement;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>What the SDK would make of options that name a profile.</summary>
internal static class OptionsJudgement
{
    /// <summary>Null where the profile exists. Where it does not the SDK goes on to its default chain without a word.</summary>
    public static string? OfProfile(AWSOptions options) =>
        new CredentialProfileStoreChain(options.ProfilesLocation).TryGetAWSCredentials(options.Profile, out _)
            ? null
            : $"AddAWSService uses AWSOptions with the profile '{options.Profile}', which this machine does not have: remove it (often it is \"Profile\" in the configuration section \"AWS\", meant for a developer's machine)";
}
