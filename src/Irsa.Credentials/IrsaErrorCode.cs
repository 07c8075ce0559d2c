namespace Irsa.Credentials;

/// <summary>
/// The stable id of an error. The number is part of the id: <see cref="TrustPolicyMismatch"/> is <c>IRSA301</c>. docs/errors.md and the command
/// <c>irsa explain</c> explain each.
/// </summary>
public enum IrsaErrorCode
{
    /// <summary>No failure.</summary>
    None = 0,

    /// <summary>Neither <c>AWS_ROLE_ARN</c> nor <c>AWS_WEB_IDENTITY_TOKEN_FILE</c> is set.</summary>
    NotInjected = 101,

    /// <summary>A token file is configured, but no role.</summary>
    RoleArnMissing = 102,

    /// <summary>A role is configured, but no token file.</summary>
    TokenFileNotConfigured = 103,

    /// <summary>The role ARN is not a valid IAM role ARN.</summary>
    RoleArnInvalid = 104,

    /// <summary>The token file path is not an absolute path on this operating system.</summary>
    TokenFilePathInvalid = 105,

    /// <summary>The role session name is not 2 to 64 ASCII letters, digits and <c>_+=,.@-</c>.</summary>
    SessionNameInvalid = 106,

    /// <summary>No region is configured.</summary>
    RegionMissing = 107,

    /// <summary>The region is not a region name, or belongs to another partition than the role.</summary>
    RegionInvalid = 108,

    /// <summary>An option has an invalid value, or two options contradict each other.</summary>
    OptionInvalid = 109,

    /// <summary>The pod uses EKS Pod Identity instead of IRSA.</summary>
    PodIdentityInstead = 110,

    /// <summary>The endpoint of STS is <c>http</c>, and its host is not this machine.</summary>
    UnencryptedSts = 111,

    /// <summary>A file or variable that the AWS SDK reads by itself cannot be read.</summary>
    SdkConfigurationUnreadable = 112,

    /// <summary>The token file does not exist.</summary>
    TokenFileNotFound = 201,

    /// <summary>This process cannot read the token file.</summary>
    TokenFileUnreadable = 202,

    /// <summary>The token file is empty.</summary>
    TokenFileEmpty = 203,

    /// <summary>The token file holds more than 20,000 characters, which is STS's limit for a token.</summary>
    TokenTooLong = 204,

    /// <summary>The token file does not hold a JSON web token.</summary>
    TokenInvalid = 205,

    /// <summary>The token has expired, and nothing has replaced it in the file.</summary>
    TokenExpired = 206,

    /// <summary>The kubelet no longer replaces the token. A warning: the token still works.</summary>
    TokenNotRotated = 207,

    /// <summary>Everyone may replace the token. A warning: the token works.</summary>
    TokenFileWorldWritable = 208,

    /// <summary><see cref="IrsaOptions.TokenSource"/> returned no token.</summary>
    TokenSourceFailed = 209,

    /// <summary>The role's trust policy does not accept the token, or the role does not exist.</summary>
    TrustPolicyMismatch = 301,

    /// <summary>The role's account has no OIDC provider for the token's issuer.</summary>
    ProviderMissing = 302,

    /// <summary>The OIDC provider does not accept the token's audience.</summary>
    AudienceRejected = 303,

    /// <summary>The issuer's certificate does not match the OIDC provider's thumbprints.</summary>
    ThumbprintMismatch = 304,

    /// <summary>STS could not fetch the issuer's keys.</summary>
    IssuerUnreachable = 305,

    /// <summary>STS could not validate the token.</summary>
    TokenRejected = 306,

    /// <summary>The issuer rejected a claim of the token.</summary>
    ClaimRejected = 307,

    /// <summary>The session policy is malformed or too large.</summary>
    SessionPolicyRejected = 308,

    /// <summary>STS is not active in the region for this account.</summary>
    RegionDisabled = 309,

    /// <summary>The requested session duration exceeds the role's maximum.</summary>
    DurationAboveMaximum = 310,

    /// <summary>STS rejected the request as invalid.</summary>
    RequestInvalid = 311,

    /// <summary>STS throttles the account.</summary>
    Throttled = 312,

    /// <summary>STS answered with a server error.</summary>
    StsUnavailable = 313,

    /// <summary>STS refused for a reason that this library does not know.</summary>
    UnknownStsError = 314,

    /// <summary>STS answered with credentials of a role that was not requested.</summary>
    WrongRole = 315,

    /// <summary>The credentials were already expired when received, or expire within <see cref="IrsaOptions.ExpiryMargin"/>.</summary>
    CredentialsAlreadyExpired = 316,

    /// <summary>The response of STS is incomplete or invalid.</summary>
    StsResponseInvalid = 317,

    /// <summary>STS did not let the first role assume the second.</summary>
    ChainedRoleDenied = 318,

    /// <summary>STS rejected a signed call because the local clock is wrong.</summary>
    ClockSkewTooLarge = 319,

    /// <summary>A policy other than the role's trust policy denies the call.</summary>
    DeniedByOtherPolicy = 320,

    /// <summary>The name of the STS host does not resolve.</summary>
    HostNotFound = 401,

    /// <summary>No connection to the STS host could be opened.</summary>
    ConnectionFailed = 402,

    /// <summary>STS did not answer in time.</summary>
    Timeout = 403,

    /// <summary>The TLS handshake with the STS host failed.</summary>
    TlsFailed = 404,

    /// <summary>A server that is not STS answered, for instance a proxy or a captive portal.</summary>
    NotAnStsResponse = 405,

    /// <summary>The connection to STS broke before the response was complete.</summary>
    ConnectionBroken = 406,

    /// <summary>The proxy refused to connect to STS.</summary>
    ProxyRefused = 407,

    /// <summary>By the local clock, the certificate of the STS host has expired or is not yet valid.</summary>
    CertificateNotValidNow = 408,

    /// <summary>What answered at the STS host's address does not speak TLS.</summary>
    NotTls = 409,

    /// <summary>The pod has only IPv6 addresses, and the STS host only IPv4 addresses.</summary>
    AddressFamilyMissing = 410,

    /// <summary>The container has no certificate authorities.</summary>
    NoCertificateAuthorities = 411,

    /// <summary>An exception that this library does not expect ended the exchange.</summary>
    UnexpectedError = 500,

    /// <summary>An AWS client of the container would sign with the SDK's default chain instead of the credentials of <c>AddIrsaAws</c>.</summary>
    CredentialsBypassed = 501,

    /// <summary>This version does not know the request pipeline of the AWS SDK in use. A warning: clients work.</summary>
    SdkNotSupported = 502,

    /// <summary>A name is registered twice.</summary>
    DuplicateRegistration = 503,

    /// <summary>A presigned URL would outlive the session that signs it.</summary>
    PresignedUrlOutlivesSession = 504,

    /// <summary><c>UseForWholeProcess</c> could not set the identity of the process.</summary>
    ProcessIdentityUnavailable = 505,

    /// <summary>Another registration takes the place of <c>AddIrsaAws</c>'s identity. A warning: it is used.</summary>
    IdentityReplaced = 506,

    /// <summary>The source is EKS Pod Identity, but its variables are missing or incomplete.</summary>
    ContainerNotInjected = 601,

    /// <summary>The address of the container's credentials endpoint is not allowed.</summary>
    ContainerAddressRefused = 602,

    /// <summary>The container's credentials endpoint did not answer.</summary>
    ContainerUnreachable = 603,

    /// <summary>The container's credentials endpoint rejected the token.</summary>
    ContainerTokenRejected = 604,

    /// <summary>The service account has no EKS Pod Identity association any longer.</summary>
    AssociationMissing = 605,

    /// <summary>EKS Pod Identity was not allowed to assume the role.</summary>
    ContainerAccessDenied = 606,

    /// <summary>The container's credentials endpoint answered with an error of its own.</summary>
    ContainerUnavailable = 607,

    /// <summary>The answer of the container's credentials endpoint is incomplete or invalid.</summary>
    ContainerResponseInvalid = 608,

    /// <summary><see cref="IrsaOptions.DeveloperProfile"/> is set in a pod, where something is injected, or outside the environment Development.</summary>
    DeveloperProfileRefused = 701,

    /// <summary>The profile or the SDK's default chain of a developer's machine gives no credentials.</summary>
    DeveloperCredentialsUnavailable = 702,
}
