namespace Irsa.Credentials;

/// <summary>
/// The stable ids of everything that can go wrong. Each is documented in the README's table of errors; the number is the id,
/// so <see cref="TrustPolicyMismatch"/> is <c>IRSA301</c>.
/// </summary>
public enum IrsaErrorCode
{
    /// <summary>No failure.</summary>
    None = 0,

    /// <summary>Neither <c>AWS_ROLE_ARN</c> nor <c>AWS_WEB_IDENTITY_TOKEN_FILE</c> is set: nothing was injected into this process.</summary>
    NotInjected = 101,

    /// <summary>There is a token file but no role ARN.</summary>
    RoleArnMissing = 102,

    /// <summary>There is a role ARN but no token file.</summary>
    TokenFileNotConfigured = 103,

    /// <summary>The role ARN has not the shape of an IAM role's ARN.</summary>
    RoleArnInvalid = 104,

    /// <summary>The token file's path is not absolute on this operating system.</summary>
    TokenFilePathInvalid = 105,

    /// <summary>The role session name breaks STS's rule (2 to 64 ASCII letters, digits and <c>_+=,.@-</c>).</summary>
    SessionNameInvalid = 106,

    /// <summary>No region is configured.</summary>
    RegionMissing = 107,

    /// <summary>The region has not the shape of a region name, or lies in another partition than the role.</summary>
    RegionInvalid = 108,

    /// <summary>An option is out of range, or two options contradict each other.</summary>
    OptionInvalid = 109,

    /// <summary>The pod is on EKS Pod Identity, not on IRSA.</summary>
    PodIdentityInstead = 110,

    /// <summary>The token file does not exist.</summary>
    TokenFileNotFound = 201,

    /// <summary>The token file exists, but this process may not read it.</summary>
    TokenFileUnreadable = 202,

    /// <summary>The token file is empty.</summary>
    TokenFileEmpty = 203,

    /// <summary>The token file holds more than 20,000 characters, STS's limit for a token.</summary>
    TokenTooLong = 204,

    /// <summary>The token file does not hold a JSON web token.</summary>
    TokenInvalid = 205,

    /// <summary>STS says that the token has expired, and the file has not been rotated.</summary>
    TokenExpired = 206,

    /// <summary>The token on disk is older than the kubelet lets a token get: rotation has stopped.</summary>
    TokenNotRotated = 207,

    /// <summary>STS read the token, but the role's trust policy does not accept it (or the role does not exist).</summary>
    TrustPolicyMismatch = 301,

    /// <summary>The role's account has no OIDC provider for the token's issuer.</summary>
    ProviderMissing = 302,

    /// <summary>The token's audience is not among the OIDC provider's client ids.</summary>
    AudienceRejected = 303,

    /// <summary>The issuer's certificate does not match the OIDC provider's thumbprints.</summary>
    ThumbprintMismatch = 304,

    /// <summary>STS could not fetch the issuer's keys.</summary>
    IssuerUnreachable = 305,

    /// <summary>STS could not validate the token.</summary>
    TokenRejected = 306,

    /// <summary>The issuer refused a claim of the token.</summary>
    ClaimRejected = 307,

    /// <summary>The session policy is malformed or too large.</summary>
    SessionPolicyRejected = 308,

    /// <summary>STS is not activated in the region for this account.</summary>
    RegionDisabled = 309,

    /// <summary>The session duration asked for is above the role's maximum.</summary>
    DurationAboveMaximum = 310,

    /// <summary>STS found the request invalid.</summary>
    RequestInvalid = 311,

    /// <summary>STS throttles the account.</summary>
    Throttled = 312,

    /// <summary>STS answered with a server error.</summary>
    StsUnavailable = 313,

    /// <summary>STS refused for a reason that this library does not know.</summary>
    UnknownStsError = 314,

    /// <summary>The answer is for another role than the one asked for.</summary>
    WrongRole = 315,

    /// <summary>The credentials in the answer have expired already, or are within the margin on arrival.</summary>
    CredentialsAlreadyExpired = 316,

    /// <summary>The answer is not a complete STS answer.</summary>
    StsResponseInvalid = 317,

    /// <summary>The second role does not trust the first.</summary>
    ChainedRoleDenied = 318,

    /// <summary>The signed call was refused because the local clock is wrong.</summary>
    ClockSkewTooLarge = 319,

    /// <summary>A policy that is not the role's own refuses: of the organization, of the interface endpoint, or a permissions boundary.</summary>
    DeniedByOtherPolicy = 320,

    /// <summary>The STS host's name does not resolve.</summary>
    HostNotFound = 401,

    /// <summary>No connection to the STS host.</summary>
    ConnectionFailed = 402,

    /// <summary>STS did not answer in time.</summary>
    Timeout = 403,

    /// <summary>The TLS handshake with the STS host failed.</summary>
    TlsFailed = 404,

    /// <summary>Something that is not STS answered: a proxy or a captive portal.</summary>
    NotAnStsResponse = 405,

    /// <summary>The connection broke while the answer was awaited.</summary>
    ConnectionBroken = 406,

    /// <summary>The proxy on the way refused to pass the call on.</summary>
    ProxyRefused = 407,

    /// <summary>An AWS client of the container would sign with other credentials than those of <c>AddIrsaAws</c>.</summary>
    CredentialsBypassed = 501,

    /// <summary>The AWS SDK in use has another request pipeline than the one this version knows.</summary>
    SdkNotSupported = 502,

    /// <summary>A name is registered twice.</summary>
    DuplicateRegistration = 503,

    /// <summary>A presigned URL was asked to live longer than the session that signs it can.</summary>
    PresignedUrlOutlivesSession = 504,

    /// <summary>The whole process was to have one identity, and has another or none.</summary>
    ProcessIdentityUnavailable = 505,
}
