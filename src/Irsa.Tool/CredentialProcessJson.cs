using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.Runtime;

namespace Irsa.Tool;

/// <summary>
/// What a program prints that <c>credential_process</c> names (<see href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html"/>).
/// Always with the expiration: without one the SDKs never ask again.
/// </summary>
internal static class CredentialProcessJson
{
    public static string Of(ImmutableCredentials keys, DateTimeOffset expiration)
    {
        var json = new JsonObject
        {
            ["Version"] = 1,
            ["AccessKeyId"] = keys.AccessKey,
            ["SecretAccessKey"] = keys.SecretKey,
            ["SessionToken"] = keys.Token,
            ["Expiration"] = expiration.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        };
        if (keys.AccountId is { } account)
        {
            json["AccountId"] = account;
        }

        return json.ToJsonString();
    }
}
