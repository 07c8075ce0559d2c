using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Irsa.Credentials.Configuration;

namespace Irsa.Credentials.AwsSdk;

/// <summary>What the AWS SDK finds on a developer's machine.</summary>
internal static class DeveloperCredentials
{
    /// <summary>May read files, start a process or call the metadata service.</summary>
    /// <exception cref="ProfileNotFoundException">No file has the profile.</exception>
    /// <exception cref="Exception">Whatever the SDK throws for a profile or chain that it cannot use.</exception>
    public static AWSCredentials Find(DeveloperSource source)
    {
        if (source.Profile is not { } name)
        {
            return ProcessIdentity.ResolveSdkChain();
        }

        var files = new CredentialProfileStoreChain();
        return files.TryGetProfile(name, out var profile)
            ? AWSCredentialsFactory.GetAWSCredentials(profile, files)
            : throw new ProfileNotFoundException("No such profile.");
    }

    /// <summary>The SSO session or start address of a profile, or of one whose role it assumes; null for other kinds.</summary>
    public static string? SingleSignOnOf(string profile)
    {
        var files = new CredentialProfileStoreChain();
        for (var (name, depth) = (profile, 0); depth < 5 && files.TryGetProfile(name, out var found) && found.Options is { } options; depth++)
        {
            if ((options.SsoSession ?? options.SsoStartUrl) is { } session)
            {
                return session;
            }

            name = options.SourceProfile ?? string.Empty;
        }

        return null;
    }
}
