using System.Runtime.CompilerServices;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.Runtime.Credentials.Internal;
using Amazon.RuntimeDependencies;
using Amazon.SecurityToken;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.AwsSdk;

/// <summary>Makes this library the only source of the SDK's default chain: clients without credentials then get its identity or an error.</summary>
internal static class ProcessIdentity
{
    private static readonly object Gate = new();
    private static readonly List<DefaultAWSCredentialsIdentityResolver.CredentialsGenerator> OnlySource = [static () => ProcessCredentials.Instance];

    /// <summary>Gets a value indicating whether the default chain is this library's.</summary>
    public static bool IsReserved => ReferenceEquals(AWSConfigs.AWSCredentialsGenerators, OnlySource);

    /// <summary>From now on there is no other source. Repeating it is harmless.</summary>
    /// <exception cref="IrsaException">The SDK has given an AWS client other credentials already, and keeps them (IRSA505).</exception>
    public static void Reserve()
    {
        lock (Gate)
        {
            PipelineRegistration.Process.Ensure();
            var before = AWSConfigs.AWSCredentialsGenerators;
            AWSConfigs.AWSCredentialsGenerators = OnlySource;

            // The SDK has two chains, one for clients and one for direct lookups. With this library as the only source neither does I/O.
            var found = new[] { DefaultIdentityResolverConfiguration.ResolveDefaultIdentity<AWSCredentials>(), DefaultAWSCredentialsIdentityResolver.GetCredentials() };
            if (Array.Find(found, static credentials => credentials != ProcessCredentials.Instance) is { } other)
            {
                AWSConfigs.AWSCredentialsGenerators = before;
                throw RegistrationFailures.ProcessIdentityTooLate(other.GetType().Name).ToException();
            }

            if (!RuntimeFeature.IsDynamicCodeSupported)
            {
                GlobalRuntimeDependencyRegistry.Instance.RegisterSecurityTokenServiceClient(Connect);
            }
        }
    }

    /// <summary>What the SDK's own chain finds, for an application that names it.</summary>
    public static AWSCredentials ResolveSdkChain()
    {
        lock (Gate)
        {
            if (!IsReserved)
            {
                return DefaultAWSCredentialsIdentityResolver.GetCredentials();
            }

            AWSConfigs.AWSCredentialsGenerators = null;
            try
            {
                using var chain = new DefaultAWSCredentialsIdentityResolver();
                return chain.ResolveIdentity(null);
            }
            finally
            {
                AWSConfigs.AWSCredentialsGenerators = OnlySource;
            }
        }
    }

    /// <summary>
    /// For the SDK's own web identity provider, which finds the STS client by reflection and cannot in a native application. The SDK (4.1)
    /// names the wrong action there, so every one gets a client without credentials: that provider needs none, and a call that does is
    /// refused by STS, not signed as somebody else.
    /// </summary>
    public static object? Connect(CreateInstanceContext context)
    {
        var asked = context?.SecurityTokenServiceClientContextData;
        var config = new AmazonSecurityTokenServiceConfig();
        if (asked?.Region is { } region)
        {
            config.RegionEndpoint = region;
        }

        if (asked?.ProxySettings is { } proxy)
        {
            config.SetWebProxy(proxy);
        }

        return new AmazonSecurityTokenServiceClient(new AnonymousAWSCredentials(), config);
    }
}
