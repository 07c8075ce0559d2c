using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials.Internal;

namespace Irsa.Credentials.Pipeline;

/// <summary>Tells what a client was made with and where that came from; the SDK shows neither to the outside.</summary>
internal static class ClientCredentials
{
    /// <summary>Gets what it signs with; null for a client that was made without credentials, and where the SDK in use has no such property any more.</summary>
    public static AWSCredentials? Of(IAmazonService client)
    {
        try
        {
            return client is AmazonServiceClient known ? ReadExplicit(known) : null;
        }
        catch (MissingMethodException)
        {
            return null;
        }
    }

    /// <summary>The SDK's chain keeps what it found, so its answer is recognised by identity.</summary>
    public static bool AreFromDefaultChain(AWSCredentials? credentials)
    {
        switch (credentials)
        {
            case null or AnonymousAWSCredentials or ProcessCredentials:
                return false;

            case AssumeRoleAWSCredentials { SourceCredentials: var source }:
                return AreFromDefaultChain(source);

            // The chain has plain keys from a profile only. Without one they are the application's own, and to ask the chain would end at
            // the instance metadata service.
            case BasicAWSCredentials or SessionAWSCredentials when !HasDefaultProfile():
                return false;

            default:
                try
                {
                    return ReferenceEquals(credentials, DefaultIdentityResolverConfiguration.ResolveDefaultIdentity<AWSCredentials>());
                }
                catch (AmazonClientException)
                {
                    return false;
                }
        }
    }

    private static bool HasDefaultProfile() =>
        new CredentialProfileStoreChain().TryGetProfile(Environment.GetEnvironmentVariable("AWS_PROFILE") ?? "default", out _);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_ExplicitAWSCredentials")]
    private static extern AWSCredentials? ReadExplicit(AmazonServiceClient client);
}
