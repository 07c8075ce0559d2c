using Amazon.Runtime;
using Amazon.Runtime.Identity;

namespace Irsa.Credentials.AwsSdk;

/// <summary>Finds this library's identity behind what a client or a request has.</summary>
internal static class SigningIdentity
{
    /// <summary>Null for credentials that are not this library's.</summary>
    /// <exception cref="IrsaException">They are those of the whole process, which has none at the moment (IRSA505).</exception>
    public static WebIdentityTokenCredentials? Of(BaseIdentity? chosen) => chosen switch
    {
        WebIdentityTokenCredentials identity => identity,
        ProcessCredentials process => process.Source as WebIdentityTokenCredentials,
        _ => null,
    };

    /// <summary>What a client signs with; null where that is not known.</summary>
    public static AWSCredentials? Of(IAmazonService client) =>
        ClientCredentials.Of(client) ?? (ProcessIdentity.IsReserved ? ProcessCredentials.Instance : null);
}
