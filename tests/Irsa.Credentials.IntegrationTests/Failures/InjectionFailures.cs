using static Irsa.Credentials.IrsaErrorCode;

namespace Irsa.Credentials.IntegrationTests.Failures;

/// <summary>What a manifest, an annotation or the webhook gets wrong. Nothing is asked of STS.</summary>
internal static class InjectionFailures
{
    private const string Role = "AWS_ROLE_ARN";
    private const string TokenFile = "AWS_WEB_IDENTITY_TOKEN_FILE";

    public static IReadOnlyList<ProvokedFailure> Rows { get; } =
    [
        Row("neither variable", NotInjected, "AWS_ROLE_ARN is not set", "kubectl delete pod POD", static s => { s[Role] = null; s[TokenFile] = null; }),
        Row("both variables empty", NotInjected, "set but empty", "kubectl delete pod POD", static s => { s[Role] = string.Empty; s[TokenFile] = " "; }),
        Row("only static keys", NotInjected, "although AWS_ACCESS_KEY_ID is set", "annotation", static s => { s[Role] = null; s[TokenFile] = null; s["AWS_ACCESS_KEY_ID"] = "AKIA0000000000000000"; }),
        Row("only a profile", NotInjected, "although AWS_PROFILE is set", "annotation", static s => { s[Role] = null; s[TokenFile] = null; s["AWS_PROFILE"] = "dev"; }),
        Row("no role", RoleArnMissing, "but no role: AWS_ROLE_ARN is not set", "Remove AWS_WEB_IDENTITY_TOKEN_FILE", static s => s[Role] = null),
        Row("role empty", RoleArnMissing, "set but empty", "Remove AWS_WEB_IDENTITY_TOKEN_FILE", static s => s[Role] = string.Empty),
        Row("no token file variable", TokenFileNotConfigured, "no token file", "Remove AWS_ROLE_ARN", static s => s[TokenFile] = null),
        Row("token file variable empty", TokenFileNotConfigured, "set but empty", "Remove AWS_ROLE_ARN", static s => s[TokenFile] = string.Empty),
        Row("Pod Identity instead", PodIdentityInstead, "EKS Pod Identity", "association", static s => { s[Role] = null; s[TokenFile] = null; s["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://169.254.170.23/v1/credentials"; }),
        Row("mode that the SDK does not know", SdkConfigurationUnreadable, "AWS_DEFAULTS_MODE has a value", "Correct AWS_DEFAULTS_MODE", static s => s["AWS_DEFAULTS_MODE"] = "in-region"),
        Arn("role's name alone", "app", "name alone is not enough"),
        Arn("role in quotes", "\"arn:aws:iam::111122223333:role/app\"", "quotation marks"),
        Arn("role with a line end", "arn:aws:iam::111122223333:role/app\n", "white space"),
        Arn("role with a leading space", " arn:aws:iam::111122223333:role/app", "white space"),
        Arn("role placeholder", "arn:aws:iam::${ACCOUNT}:role/app", "placeholder"),
        Arn("role's session", "arn:aws:sts::111122223333:assumed-role/app/session", "ARN of a session"),
        Arn("instance profile", "arn:aws:iam::111122223333:instance-profile/app", "instance profile"),
        Arn("OIDC provider as role", "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/A", "OIDC provider"),
        Arn("policy as role", "arn:aws:iam::111122223333:policy/app", "ARN of a policy"),
        Arn("role with a region", "arn:aws:iam:eu-central-1:111122223333:role/app", "no region"),
        Arn("account of 11 digits", "arn:aws:iam::11112222333:role/app", "does not have 12 digits", withoutEndpoint: true),
        Arn("role without account at AWS", "arn:aws:iam:::role/app", "no account", withoutEndpoint: true),
        Arn("role with a foreign letter", "arn:aws:iam::111122223333:role/äpp", "character"),
        Row("relative token path", TokenFilePathInvalid, "is relative", "full path", static s => s[TokenFile] = "var/run/secrets/token"),
        Row("token path with a tilde", TokenFilePathInvalid, "shell", "full path", static s => s[TokenFile] = "~/token"),
        Row("token path in quotes", TokenFilePathInvalid, "quotation marks", "Correct", static s => s[TokenFile] = "\"/var/run/token\""),
        Row("Windows path in a Linux pod", TokenFilePathInvalid, "Windows path", "nodeSelector", static s => s[TokenFile] = @"C:\var\run\secrets\eks.amazonaws.com\serviceaccount\token") with
        {
            Skip = OperatingSystem.IsWindows() ? "It is a good path here." : null,
        },
        Row("session name with a slash", SessionNameInvalid, "2 to 64", "remove both", static s => s["AWS_ROLE_SESSION_NAME"] = "shop/orders"),
        Row("session name too long", SessionNameInvalid, "2 to 64", "remove both", static s => s["AWS_ROLE_SESSION_NAME"] = new string('a', 65)),
        Row("session name with a line end", SessionNameInvalid, "\\u000a", "remove both", static s => s["AWS_ROLE_SESSION_NAME"] = "orders\n"),
        Row("session name with a foreign letter", SessionNameInvalid, "\\u00e9", "remove both", static s => s["AWS_ROLE_SESSION_NAME"] = "café"),
        Row("no region", RegionMissing, "does not guess", "AWS_REGION", static s => { s["AWS_REGION"] = null; s["AWS_DEFAULT_REGION"] = null; }),
        Row("region empty", RegionMissing, "set but empty", "AWS_REGION", static s => { s["AWS_REGION"] = string.Empty; s["AWS_DEFAULT_REGION"] = null; }),
        Row("availability zone", RegionInvalid, "availability zone", "AWS_REGION", static s => { s["AWS_REGION"] = "eu-central-1a"; s["AWS_ENDPOINT_URL_STS"] = null; }),
        Row("host as region", RegionInvalid, "not a region name", "AWS_REGION", static s => { s["AWS_REGION"] = "sts.eu-central-1.amazonaws.com"; s["AWS_ENDPOINT_URL_STS"] = null; }),
        Row("region of another server", RegionInvalid, "cannot be signed", "AWS_REGION", static s => s["AWS_REGION"] = "eu/central"),
        Row("role of China, region of Europe", RegionInvalid, "partition", "partition", static s => { s[Role] = "arn:aws-cn:iam::111122223333:role/app"; s["AWS_ENDPOINT_URL_STS"] = null; }),
        Row("endpoint that is no address", OptionInvalid, "AWS_ENDPOINT_URL_STS", "Correct", static s => s["AWS_ENDPOINT_URL_STS"] = "sts.eu-central-1.amazonaws.com"),
        Row("endpoint without encryption", UnencryptedSts, "http://sts.example/ (AWS_ENDPOINT_URL_STS)", "AllowUnencryptedSts", static s => s["AWS_ENDPOINT_URL_STS"] = "http://sts.example/"),
        Row("endpoint of all services without encryption", UnencryptedSts, "http://aws.example/ (AWS_ENDPOINT_URL)", "AllowUnencryptedSts", static s => { s["AWS_ENDPOINT_URL_STS"] = null; s["AWS_ENDPOINT_URL"] = "http://aws.example/"; }),
        Row("client without encryption", UnencryptedSts, "http://sts.example/ (from ConfigureSts", "AllowUnencryptedSts", static s => s.Options = static o => o.ConfigureSts = static sts => sts.ServiceURL = "http://sts.example/") with { NeedsCode = true },
        Row("profile of a developer in a pod", DeveloperProfileRefused, "AWS_ROLE_ARN is set", "appsettings.Development.json", static s => s.Options = static o => o.DeveloperProfile = "dev") with { NeedsCode = true },
        Row("session of a minute", OptionInvalid, "SessionDuration", "Correct", static s => s.Options = static o => o.SessionDuration = TimeSpan.FromMinutes(1)) with { NeedsCode = true },
        Row("source identity with a space", OptionInvalid, "AssumeRole.SourceIdentity", "Correct", static s => s.Options = static o => o.AssumeRole = new AssumeRoleOptions { RoleArn = "arn:aws:iam::111122223333:role/second", SourceIdentity = "some one" }) with { NeedsCode = true },
        Row("transitive key without its tag", OptionInvalid, "AssumeRole.TransitiveTagKeys", "Correct", static s => s.Options = static o => o.AssumeRole = new AssumeRoleOptions { RoleArn = "arn:aws:iam::111122223333:role/second", TransitiveTagKeys = { "team" } }) with { NeedsCode = true },
        Row("chained session of two hours", OptionInvalid, "1 hour", "Correct", static s => s.Options = static o => o.AssumeRole = new AssumeRoleOptions { RoleArn = "arn:aws:iam::111122223333:role/second", SessionDuration = TimeSpan.FromHours(2) }) with { NeedsCode = true },
    ];

    private static ProvokedFailure Row(string name, IrsaErrorCode code, string cause, string remedy, Action<FailureScenario> provoke) =>
        new(name, code, IsPermanent: true, cause, remedy, provoke) { StsCalls = 0 };

    private static ProvokedFailure Arn(string name, string arn, string cause, bool withoutEndpoint = false) => Row(name, RoleArnInvalid, cause, "annotation", s =>
    {
        s[Role] = arn;
        if (withoutEndpoint)
        {
            s["AWS_ENDPOINT_URL_STS"] = null;
        }
    });
}
