using static Irsa.Credentials.IrsaErrorCode;

namespace Irsa.Credentials.IntegrationTests.Failures;

/// <summary>Every way to fail that can be provoked here. One list, so that the library and the command are held to the same rows.</summary>
internal static class ProvokedFailures
{
    public static IReadOnlyList<ProvokedFailure> All { get; } =
    [
        .. InjectionFailures.Rows,
        .. TokenFileFailures.Rows,
        .. StsErrorFailures.Rows,
        .. StsResponseFailures.Rows,
        .. NetworkFailures.Rows,
    ];

    public static TheoryData<string> Names { get; } = [.. All.Select(static row => row.Name)];

    public static ProvokedFailure Named(string name) => All.Single(row => row.Name == name);

    /// <summary>The ids that no exchange can end with, and where they are provoked instead.</summary>
    public static IReadOnlyDictionary<IrsaErrorCode, string> Elsewhere { get; } = new Dictionary<IrsaErrorCode, string>
    {
        [TokenNotRotated] = "a warning of a successful exchange: ProvokedFailureTests",
        [TokenFileWorldWritable] = "a warning of a successful exchange: LogLineTests",
        [CredentialsBypassed] = "ends the start of a host: RegistrationOrderTests",
        [SdkNotSupported] = "a warning: PipelineRegistrationTests",
        [DuplicateRegistration] = "ends a registration: RegistrationTests",
        [PresignedUrlOutlivesSession] = "refuses a presigned URL: PresignedUrlTests",
        [CertificateNotValidNow] = "an authority of its own and a clock: FailureClassifierTests, tests/pods",
        [AddressFamilyMissing] = "a network of its own: FailureClassifierTests, tests/pods",
        [NoCertificateAuthorities] = "an image of its own: tests/pods",
        [TokenSourceFailed] = "another source: TokenSourceTests",
        [ContainerNotInjected] = "another source: ContainerRulesTests",
        [ContainerAddressRefused] = "another source: ContainerRulesTests",
        [ContainerUnreachable] = "another source: PodIdentityTests",
        [ContainerTokenRejected] = "another source: PodIdentityTests",
        [AssociationMissing] = "another source: PodIdentityTests",
        [ContainerAccessDenied] = "another source: PodIdentityTests",
        [ContainerUnavailable] = "another source: PodIdentityTests",
        [ContainerResponseInvalid] = "another source: PodIdentityTests",
        [DeveloperCredentialsUnavailable] = "another source: DeveloperProfileTests",
        [IdentityReplaced] = "a warning at the start: RegistrationOrderTests",
        [ProcessIdentityUnavailable] = "ends a registration: the process tests",
    };
}
