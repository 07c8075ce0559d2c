using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Irsa.Credentials.Failures;

/// <summary>The certificate authorities that this container trusts, as .NET has read them.</summary>
internal static class TrustStore
{
    public static bool IsEmpty
    {
        get
        {
            try
            {
                using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
                store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
                return store.Certificates.Count == 0;
            }
            catch (CryptographicException)
            {
                return false;
            }
        }
    }
}
