using System.Runtime.CompilerServices;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;
using Amazon.Runtime.Credentials.Internal;

namespace Irsa.Credentials.AwsSdk;

/// <summary>Finds out what a client was made with and where that came from. The SDK has no public property for either.</summary>
internal static class ClientCredentials
{
    /// <summary>Whether credentials come from the chain does not change, and finding out may mean to ask the chain.</summary>
    private static readonly ConditionalWeakTable<AWSCredentials, object> Known = [];

    /// <summary>Gets what the client signs with; null for one that was made without credentials, for a stand-in, and where the SDK in use no longer has that property.</summary>
    public static AWSCredentials? Of(IAmazonService client) => TryRead(client, out var credentials) ? credentials : null;

    /// <summary>False also where that cannot be seen.</summary>
    public static bool IsMadeWithout(IAmazonService client) => TryRead(client, out var credentials) && credentials is null;

    /// <summary>The SDK's chain keeps what it found, so its answer is recognised by identity.</summary>
    public static bool AreFromDefaultChain(AWSCredentials? credentials)
    {
        switch (credentials)
        {
            case null or AnonymousAWSCredentials or ProcessCredentials or WebIdentityTokenCredentials:
                return false;

            case AssumeRoleAWSCredentials { SourceCredentials: var source }:
                return AreFromDefaultChain(source);

            // The chain has plain keys from a profile only. Without one they are the application's own, and to ask the chain would end at
            // the instance metadata service.
            case BasicAWSCredentials or SessionAWSCredentials when !HasDefaultProfile():
                return false;

            // Unless the application has given it others, the chain has sources of the SDK only.
            case var own when own.GetType().Assembly != typeof(AWSCredentials).Assembly && AWSConfigs.AWSCredentialsGenerators is null:
                return false;

            default:
                return (bool)Known.GetValue(credentials, static asked => IsAnswerOfChain(asked));
        }
    }

    private static bool IsAnswerOfChain(AWSCredentials credentials)
    {
        try
        {
            return ReferenceEquals(credentials, DefaultIdentityResolverConfiguration.ResolveDefaultIdentity<AWSCredentials>());
        }
        catch (AmazonClientException)
        {
            return false;
        }
    }

    private static bool TryRead(IAmazonService client, out AWSCredentials? credentials)
    {
        credentials = null;
        if (client is not AmazonServiceClient known)
        {
            return false;
        }

        try
        {
            credentials = ReadExplicit(known);
            return true;
        }
        catch (MissingMethodException)
        {
            return false;
        }
    }

    private static bool HasDefaultProfile() =>
        new CredentialProfileStoreChain().TryGetProfile(DefaultAWSCredentialsIdentityResolver.GetProfileName(), out _);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_ExplicitAWSCredentials")]
    private static extern AWSCredentials? ReadExplicit(AmazonServiceClient client);
}
