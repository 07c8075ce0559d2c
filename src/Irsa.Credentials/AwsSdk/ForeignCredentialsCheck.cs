using Amazon.Runtime;
using Amazon.Runtime.Identity;

namespace Irsa.Credentials.AwsSdk;

/// <summary>Calls a check for each request that is about to be signed with credentials that do not come from this library.</summary>
internal static class ForeignCredentialsCheck
{
    private static volatile Action<Type, AWSCredentials>? _check;

    /// <param name="check">Gets the client's type and what it signs with; throws to refuse the request. There is one for the process.</param>
    public static void Use(Action<Type, AWSCredentials> check) => _check = check;

    public static void Run(Type client, BaseIdentity? identity)
    {
        if (_check is { } check && identity is AWSCredentials credentials)
        {
            check(client, credentials);
        }
    }
}
