namespace Irsa.Credentials.AwsSdk;

/// <summary>What a client of <c>AddAWSService</c> takes its credentials from.</summary>
internal enum ClientSource
{
    /// <summary>The options that all clients of the container share.</summary>
    SharedOptions,

    /// <summary>Credentials or a profile that options of its own name.</summary>
    NamedCredentials,

    /// <summary>The SDK's default chain: its own options name nothing.</summary>
    DefaultChain,
}
