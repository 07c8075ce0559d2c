using Amazon.Runtime;
using Amazon.S3;

namespace Irsa.Credentials.MeasuredApp;

/// <summary>Two providers in one program, which is published once; <c>MEASURED_PROVIDER=Static</c> chooses the other.</summary>
internal static class OursOrStatic
{
    public static Task<Func<Action<ClientConfig>, IAmazonS3>> StartAsync(InMemoryAws? aws) =>
        Environment.GetEnvironmentVariable("MEASURED_PROVIDER") == nameof(Static) ? Static.StartAsync(aws) : Ours.StartAsync(aws);
}
