using System.Runtime.CompilerServices;

namespace Irsa.Credentials.TestSupport;

/// <summary>Keys of another identity in the environment of all tests of a project. The local S3 refuses what is signed with them.</summary>
internal static class StaticKeysInEnvironment
{
    public const string AccessKeyId = "AKIAWRONGIDENTITY000";

    // Before any test: when a variable changes, the SDK's chain searches again, and no longer recognises its earlier answer as its own.
    [ModuleInitializer]
    internal static void Set()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", AccessKeyId);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "of-somebody-else");
    }
}
