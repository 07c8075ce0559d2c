using static Irsa.Credentials.Failures.DisplayText;

namespace Irsa.Credentials.Failures;

/// <summary>IRSA1xx: what the EKS webhook injects into a container, and the options.</summary>
internal static class ConfigurationFailures
{
    private const string RecreatePod = "Then recreate the pod: kubectl delete pod POD.";

    private const string InCluster =
        "Check that the service account has the annotation eks.amazonaws.com/role-arn and that the pod names it in serviceAccountName. "
        + "Look in the application's own container: those of kubectl debug, and those that eks.amazonaws.com/skip-containers names, get no variables. " + RecreatePod;

    private const string WebhookNeedsBoth = "The EKS webhook adds neither variable to a container that sets one of them.";

    private static readonly IrsaErrorExplanation NotInjected = new(
        IrsaErrorCode.NotInjected,
        "No role and no token file are configured",
        "Neither AWS_ROLE_ARN nor AWS_WEB_IDENTITY_TOKEN_FILE is set. The EKS webhook sets both, but only when a pod is created. Usually the service account had no "
        + "annotation at that time, the pod uses another service account, or the program does not run in a pod. Containers of kubectl debug never get the variables.",
        InCluster + " Outside a cluster, set IrsaOptions.WhenNotInjected to UseDefaultChain, or use LocalAws from Irsa.Credentials.Testing.");

    private static readonly IrsaErrorExplanation RoleArnMissing = new(
        IrsaErrorCode.RoleArnMissing,
        "A token file is configured, but no role",
        "AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not. " + WebhookNeedsBoth,
        "Remove AWS_WEB_IDENTITY_TOKEN_FILE from the container's env, so that the webhook sets both variables. " + RecreatePod + " Or set AWS_ROLE_ARN or IrsaOptions.RoleArn too.");

    private static readonly IrsaErrorExplanation TokenFileNotConfigured = new(
        IrsaErrorCode.TokenFileNotConfigured,
        "A role is configured, but no token file",
        "AWS_ROLE_ARN is set and AWS_WEB_IDENTITY_TOKEN_FILE is not. " + WebhookNeedsBoth,
        "Remove AWS_ROLE_ARN from the container's env, so that the webhook sets both variables. " + RecreatePod
        + " Or set AWS_WEB_IDENTITY_TOKEN_FILE or IrsaOptions.WebIdentityTokenFile too.");

    private static readonly IrsaErrorExplanation RoleArnInvalid = new(
        IrsaErrorCode.RoleArnInvalid,
        "The role ARN is not a valid IAM role ARN",
        "The annotation usually has a typo, holds only the role's name, or holds the ARN of something else. The EKS webhook copies it unchecked.",
        "Set the annotation to arn:PARTITION:iam::ACCOUNT:role/NAME: kubectl annotate serviceaccount SERVICE_ACCOUNT eks.amazonaws.com/role-arn=ROLE_ARN --overwrite. " + RecreatePod);

    private static readonly IrsaErrorExplanation TokenFilePathInvalid = new(
        IrsaErrorCode.TokenFilePathInvalid,
        "The token file path is not an absolute path on this operating system",
        "The path is relative, in quotation marks, written for another operating system, or the token itself. It usually comes from a manifest, an .env file or a shell.",
        Remedy(TokenPathProblem.Relative));

    private static readonly IrsaErrorExplanation SessionNameInvalid = new(
        IrsaErrorCode.SessionNameInvalid,
        "The role session name is not valid",
        "STS accepts 2 to 64 ASCII letters, digits and _+=,.@- in a session name. Spaces, slashes, colons and line breaks are not allowed.",
        "Correct AWS_ROLE_SESSION_NAME or IrsaOptions.RoleSessionName, or remove both. Without them the library uses the pod's name.");

    private static readonly IrsaErrorExplanation RegionMissing = new(
        IrsaErrorCode.RegionMissing,
        "No region is configured",
        "AWS_REGION, AWS_DEFAULT_REGION and IrsaOptions.Region are all empty. The library does not guess a region, because a wrong one sends the token to the wrong endpoint.",
        "Set AWS_REGION in the container's env to the cluster's region, or set IrsaOptions.Region.");

    private static readonly IrsaErrorExplanation RegionInvalid = new(
        IrsaErrorCode.RegionInvalid,
        "The region is not a region name, or belongs to another partition than the role",
        "The value is usually a typo, an availability zone (eu-west-1a) or a host name. Or role and region belong to different partitions (aws, aws-cn, aws-us-gov).",
        "Set AWS_REGION or IrsaOptions.Region to a region of the role's partition, for instance eu-west-1. Or correct the partition in the role ARN.");

    private static readonly IrsaErrorExplanation OptionInvalid = new(
        IrsaErrorCode.OptionInvalid,
        "An option has an invalid value, or two options contradict each other",
        "The message names the option, its value and the allowed range.",
        "Correct the option that the message names, or its configuration key.");

    private static readonly IrsaErrorExplanation PodIdentityInstead = new(
        IrsaErrorCode.PodIdentityInstead,
        "The pod uses EKS Pod Identity instead of IRSA",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI is set and the web identity variables are not. An EKS Pod Identity association takes precedence over the role-arn annotation.",
        $"To use IRSA, delete the association and recreate the pod. This lists the associations: {AwsCommands.ListPodIdentities}. "
        + "To keep Pod Identity, set IrsaOptions.Source to PodIdentity, or to Injected if other clusters use IRSA.");

    private static readonly IrsaErrorExplanation UnencryptedStsExplanation = new(
        IrsaErrorCode.UnencryptedSts,
        "STS would be called without encryption",
        "The endpoint of STS is http and not https, and its host is not this machine. Whoever can read that connection gets the web identity token and the keys of the role. "
        + "The endpoint comes from IrsaOptions, an AWS_ENDPOINT_URL variable, the SDK's configuration file or ConfigureSts.",
        "Use an https endpoint. For a server of your own without a certificate, on a network that you trust, set IrsaOptions.AllowUnencryptedSts to true.");

    public static IReadOnlyList<IrsaErrorExplanation> Explanations { get; } =
    [
        NotInjected, RoleArnMissing, TokenFileNotConfigured, RoleArnInvalid, TokenFilePathInvalid, SessionNameInvalid, RegionMissing, RegionInvalid, OptionInvalid,
        PodIdentityInstead, UnencryptedStsExplanation,
    ];

    /// <param name="roleArnState">"not set" or "set but empty".</param>
    /// <param name="tokenFileState">The same of the token file's variable.</param>
    /// <param name="otherSource">The variable of a credential source that the library ignores; null without one.</param>
    /// <param name="isInCluster">Whether the program runs in a pod. A developer's machine has no webhook, so the advice for it comes first there.</param>
    public static Failure NothingInjected(string roleArnState, string tokenFileState, string? otherSource, bool isInCluster)
    {
        var seen = $"AWS_ROLE_ARN is {roleArnState}, AWS_WEB_IDENTITY_TOKEN_FILE is {tokenFileState}, and no option replaces them. "
            + $"The library uses no other credential source{(otherSource is null ? string.Empty : $", although {otherSource} is set")}. ";
        return isInCluster
            ? NotInjected.Permanent(seen + "The EKS webhook sets both variables, but only when a pod is created.")
            : NotInjected.Permanent(
                seen + "This program does not run in a pod: KUBERNETES_SERVICE_HOST is not set.",
                "On a developer's machine, use your own AWS profile: set Irsa:DeveloperProfile to its name in appsettings.Development.json. Or use LocalAws from "
                + $"Irsa.Credentials.Testing, which needs no AWS account. In a cluster: {InCluster}");
    }

    /// <param name="source">The option or variable that names the endpoint.</param>
    /// <param name="variable">The variable that asks for another name of the region's own.</param>
    public static Failure EndpointAndVariant(string source, string variable) => OptionInvalid.Permanent(
        $"{source} names an endpoint and {variable} is true. They contradict each other: the second chooses among the region's own names, and the AWS SDK refuses both together.",
        $"Remove {variable}, or remove {source}.");

    public static Failure OnEcs() => NotInjected.Permanent(
        "AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE are not set, and the variables of ECS are. An ECS task gets its role from the agent of ECS, not from a web identity token.",
        "Set IrsaOptions.Source to Injected, which uses the task's role. The task definition needs a taskRoleArn.");

    public static Failure OnlyPodIdentity() => PodIdentityInstead.Permanent(PodIdentityInstead.Cause);

    public static Failure NoRole(string tokenFile, string roleArnState) => RoleArnMissing.Permanent(
        $"The token file {SecretRedactor.Quote(tokenFile)} is configured, but no role: AWS_ROLE_ARN is {roleArnState} and IrsaOptions.RoleArn is empty. {WebhookNeedsBoth}");

    public static Failure NoTokenFile(string roleArn, string tokenFileState) => TokenFileNotConfigured.Permanent(
        $"The role {SecretRedactor.Quote(roleArn)} is configured, but no token file: AWS_WEB_IDENTITY_TOKEN_FILE is {tokenFileState} and IrsaOptions.WebIdentityTokenFile is empty. {WebhookNeedsBoth}");

    /// <param name="option">The option that the role comes from.</param>
    /// <param name="roleArn">Its value.</param>
    /// <param name="reason">What is wrong with it, as a clause.</param>
    public static Failure InvalidRole(string option, string roleArn, string reason) => RoleArnInvalid.Permanent(
        $"{option} is {SecretRedactor.QuoteAscii(roleArn)}, which is not a valid IAM role ARN: {reason}. The EKS webhook copies the annotation unchecked.");

    public static Failure InvalidTokenFilePath(string path, TokenPathProblem problem) =>
        TokenFilePathInvalid.Permanent($"The token file path {SecretRedactor.QuoteAscii(path)} {Describe(problem)}.", Remedy(problem));

    public static Failure InvalidSessionName(string option, string name) => SessionNameInvalid.Permanent(
        $"{option} is {SecretRedactor.QuoteAscii(name)}. A session name has 2 to 64 ASCII letters, digits and _+=,.@- and nothing else.");

    public static Failure NoRegion(string regionState, string defaultRegionState) => RegionMissing.Permanent(
        $"No region is configured: AWS_REGION is {regionState}, AWS_DEFAULT_REGION is {defaultRegionState} and IrsaOptions.Region is empty. The library does not guess a region.");

    public static Failure InvalidRegion(string region, bool isZone) => RegionInvalid.Permanent(
        $"The region {SecretRedactor.QuoteAscii(region)} is not a region name such as eu-central-1{(isZone ? "; it is an availability zone" : string.Empty)}.");

    public static Failure UnsignableRegion(string region) => RegionInvalid.Permanent(
        $"The region {SecretRedactor.QuoteAscii(region)} cannot be signed. For a server other than AWS it has 1 to 64 printable ASCII characters without slash and comma.",
        "Set AWS_REGION or IrsaOptions.Region to the region that the server is configured with, for instance us-east-1 or default.");

    public static Failure OtherPartition(string region, string regionPartition, string roleArn, string rolePartition) => RegionInvalid.Permanent(
        $"The region {SecretRedactor.Quote(region)} belongs to the partition {regionPartition}, but the role {SecretRedactor.QuoteAscii(roleArn)} belongs to {SecretRedactor.QuoteAscii(rolePartition)}. "
        + "STS of one partition cannot assume a role of another.");

    public static Failure TwoSources(string tokenSource, string other) => OptionInvalid.Permanent(
        $"IrsaOptions.TokenSource is {Quote(tokenSource)}, and {other} names another source. The library does not choose between them.",
        $"Set one of the two: IrsaOptions.TokenSource or {other}.");

    public static Failure ProfileAndChain() => OptionInvalid.Permanent(
        "IrsaOptions.DeveloperProfile is set, and IrsaOptions.WhenNotInjected is UseDefaultChain. The library does not choose between them.",
        "Set one of the two: the profile, or UseDefaultChain for whatever the AWS SDK finds first.");

    public static Failure SessionPolicyWithContainer() => OptionInvalid.Permanent(
        "SessionPolicy or SessionPolicyArns is set, but the source is EKS Pod Identity, whose sessions cannot be narrowed. The role would have all of its permissions.",
        "Remove both options, or set IrsaOptions.Source to WebIdentity.");

    /// <param name="option">The property's name.</param>
    /// <param name="seen">Its value, as the rest of a sentence.</param>
    /// <param name="allowed">What it must be, as the rest of a sentence.</param>
    public static Failure InvalidOption(string option, string seen, string allowed) => OptionInvalid.Permanent(
        $"{option} is {seen}. It must be {allowed}.", $"Correct IrsaOptions.{option} or its configuration key.");

    /// <param name="source">The option or variable that names the endpoint.</param>
    /// <param name="address">Its value, which may hold a password.</param>
    public static Failure InvalidEndpoint(string source, string address) => OptionInvalid.Permanent(
        $"{source} is {RedactedUri.Describe(address)}. It must be an absolute http or https URL.",
        $"Correct {source}, or remove it to use the region's own endpoint.");

    /// <param name="source">What names the endpoint, or makes the client that calls it.</param>
    /// <param name="endpoint">Where the token would be sent.</param>
    public static Failure UnencryptedSts(string source, Uri endpoint) => UnencryptedStsExplanation.Permanent(
        $"STS would be called at {RedactedUri.Of(endpoint)} ({source}), which is http and not this machine. Whoever can read that connection gets the web identity token and the keys of the role.");

    /// <summary>A warning: the application allows it.</summary>
    /// <param name="endpoint">Where the token is sent.</param>
    /// <param name="isExposed">Whether the permission is needed there.</param>
    public static Failure UnencryptedStsAllowed(Uri endpoint, bool isExposed) => isExposed
        ? UnencryptedStsExplanation.Permanent(
            $"STS is called at {RedactedUri.Of(endpoint)} without encryption, because IrsaOptions.AllowUnencryptedSts is true. Whoever can read that connection gets the web identity token and the keys of the role.",
            "Give the server a certificate, use its https endpoint, and remove AllowUnencryptedSts.")
        : UnencryptedStsExplanation.Permanent(
            $"IrsaOptions.AllowUnencryptedSts is true, although the endpoint {RedactedUri.Of(endpoint)} does not need it. With a wrong endpoint variable the token would be sent unencrypted.",
            "Remove AllowUnencryptedSts.");

    /// <param name="faults">One clause each: the key, and its value where that may be shown.</param>
    public static Failure UnreadableSection(IEnumerable<string> faults) => OptionInvalid.Permanent(
        $"The configuration section of IrsaOptions cannot be read: {string.Join("; ", faults)}.",
        "Correct the keys: they are the property names of IrsaOptions. A list or section has one more level (SessionPolicyArns:0, AssumeRole:RoleArn). A value must have the form that the message names.");

    /// <param name="unknownKeys">How many of its keys are not options.</param>
    public static Failure ConfigurationRoot(int unknownKeys) => OptionInvalid.Permanent(
        $"AddIrsaAws was given the root of the configuration: {unknownKeys} of its keys are not options of IrsaOptions.",
        $"Pass the section: AddIrsaAws(configuration.GetSection(\"{IrsaOptions.SectionName}\")).");

    /// <param name="sentences">What the application's own validation says.</param>
    public static Failure RefusedByApplication(IEnumerable<string> sentences) => OptionInvalid.Permanent(
        $"A validation rule of the application rejected the options: {string.Join(' ', sentences)}",
        "Correct the option that the rule is about, or the rule (services.AddOptions<IrsaOptions>().Validate).");

    private static string Describe(TokenPathProblem problem) => problem switch
    {
        TokenPathProblem.Token => "is a token, and not the path of a file that holds one",
        TokenPathProblem.LinuxOnWindows => "is a Linux path, but this is Windows",
        TokenPathProblem.WindowsElsewhere => "is a Windows path, but this is not Windows",
        TokenPathProblem.GitBash => "was rewritten by Git Bash, which turns a Linux path into a Windows path",
        TokenPathProblem.Tilde => "begins with ~, which only a shell expands",
        TokenPathProblem.Quoted => "is in quotation marks",
        TokenPathProblem.SurroundingWhiteSpace => "begins or ends with white space or a line break",
        TokenPathProblem.NullCharacter => "contains a null character",
        _ => "is relative, so it would depend on the working directory",
    };

    private static string Remedy(TokenPathProblem problem) => problem switch
    {
        TokenPathProblem.LinuxOnWindows => "Add the nodeSelector kubernetes.io/os: windows to the pod (the webhook ignores node affinity). " + RecreatePod,
        TokenPathProblem.WindowsElsewhere => "Remove the nodeSelector kubernetes.io/os: windows from the pod, or set a path of this operating system.",
        TokenPathProblem.GitBash => "Set MSYS_NO_PATHCONV=1 in the shell that passes the path.",
        TokenPathProblem.Quoted or TokenPathProblem.SurroundingWhiteSpace or TokenPathProblem.NullCharacter =>
            "Correct the value of AWS_WEB_IDENTITY_TOKEN_FILE in the manifest, secret or .env file that it comes from.",
        _ => "Set AWS_WEB_IDENTITY_TOKEN_FILE to the full path. The webhook's is /var/run/secrets/eks.amazonaws.com/serviceaccount/token.",
    };
}
