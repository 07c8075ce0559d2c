using System.Runtime.CompilerServices;
using Amazon;

namespace Irsa.Credentials.IntegrationTests;

/// <summary>Keys of somebody else in the environment of all tests: what is not signed with ours is refused by the local S3.</summary>
internal static class OtherKeys
{
    public const string AccessKeyId = "AKIAWRONGIDENTITY000";

    // Before any test: the SDK's chain looks anew when a variable changes, and then its earlier answer is no longer recognised as its own.
    [ModuleInitializer]
    internal static void Set()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", AccessKeyId);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "of-somebody-else");

        // The SDK keeps the clock of each endpoint for the whole process, and a port is given to servers of several tests, some with clocks of their own.
        AWSConfigs.CorrectForClockSkew = false;
    }
}
