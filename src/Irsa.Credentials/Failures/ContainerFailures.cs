using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using static Irsa.Credentials.Failures.DisplayText;

namespace Irsa.Credentials.Failures;

/// <summary>IRSA6xx: the endpoint that gives credentials to containers, which is the agent of EKS Pod Identity, or ECS's.</summary>
internal static partial class ContainerFailures
{
    private const string RecreatePod = "Then recreate the pod: kubectl delete pod POD.";

    private static readonly IrsaErrorExplanation NotInjectedExplanation = new(
        IrsaErrorCode.ContainerNotInjected,
        "The source is EKS Pod Identity, but its variables are missing or incomplete",
        "EKS sets AWS_CONTAINER_CREDENTIALS_FULL_URI and AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, but only when a pod is created, and only if the association of its service account "
        + "existed then. The library uses no other source.",
        $"List the associations: {AwsCommands.ListPodIdentities}. {RecreatePod} Outside a cluster, set IrsaOptions.WhenNotInjected to UseDefaultChain.");

    private static readonly IrsaErrorExplanation AddressRefusedExplanation = new(
        IrsaErrorCode.ContainerAddressRefused,
        "The address of the container's credentials endpoint is not allowed",
        "The token would be sent to that address. As in the AWS SDKs, plain HTTP is only allowed to the machine itself, to 169.254.170.2 (ECS), and to 169.254.170.23 and [fd00:ec2::23] "
        + "(EKS Pod Identity).",
        "Remove AWS_CONTAINER_CREDENTIALS_FULL_URI from the container's env, so that EKS sets it. For an endpoint of your own use https.");

    private static readonly IrsaErrorExplanation UnreachableExplanation = new(
        IrsaErrorCode.ContainerUnreachable,
        "The container's credentials endpoint did not answer",
        "The agent of EKS Pod Identity runs on every node. It is not installed, has not started yet on a new node, or a network policy or firewall blocks its address.",
        RetryAdvice.IfItPersists + "check the agent on the pod's node: kubectl get pods -n kube-system -l app.kubernetes.io/name=eks-pod-identity-agent -o wide. It needs IPv6 on the node, unless it was "
        + "configured without.");

    private static readonly IrsaErrorExplanation TokenRejectedExplanation = new(
        IrsaErrorCode.ContainerTokenRejected,
        "The container's credentials endpoint rejected the token",
        "The token has expired, is not yet valid by the node's clock, or is not the token of EKS Pod Identity (audience pods.eks.amazonaws.com).",
        "Check that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names the projected token of the volume eks-pod-identity-token, and the clock of the node. " + RecreatePod);

    private static readonly IrsaErrorExplanation AssociationMissingExplanation = new(
        IrsaErrorCode.AssociationMissing,
        "The service account has no EKS Pod Identity association any longer",
        "The association was deleted, or it was created for another namespace or service account.",
        $"List the associations, and create the missing one: {AwsCommands.ListPodIdentities}.");

    private static readonly IrsaErrorExplanation AccessDeniedExplanation = new(
        IrsaErrorCode.ContainerAccessDenied,
        "EKS Pod Identity was not allowed to assume the role",
        "The role's trust policy must allow the principal pods.eks.amazonaws.com sts:AssumeRole and sts:TagSession. A role of the first second after its creation is not known everywhere yet.",
        "Add this statement to the role's trust policy: {\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"pods.eks.amazonaws.com\"},\"Action\":[\"sts:AssumeRole\",\"sts:TagSession\"]}. "
        + "The agent also needs eks-auth:AssumeRoleForPodIdentity in the role of the node.");

    private static readonly IrsaErrorExplanation UnavailableExplanation = new(
        IrsaErrorCode.ContainerUnavailable,
        "The container's credentials endpoint answered with an error of its own",
        "The agent is throttled, or cannot reach the EKS Auth API from the node.",
        RetryAdvice.IfItPersists + "read the agent's log: kubectl logs -n kube-system -l app.kubernetes.io/name=eks-pod-identity-agent. A private subnet needs an interface endpoint for eks-auth.");

    private static readonly IrsaErrorExplanation ResponseInvalidExplanation = new(
        IrsaErrorCode.ContainerResponseInvalid,
        "The answer of the container's credentials endpoint is incomplete or invalid",
        "Usually another program answers at the address.",
        RetryAdvice.IfItPersists + "check what AWS_CONTAINER_CREDENTIALS_FULL_URI names.");

    public static IReadOnlyList<IrsaErrorExplanation> Explanations { get; } =
    [
        NotInjectedExplanation, AddressRefusedExplanation, UnreachableExplanation, TokenRejectedExplanation, AssociationMissingExplanation, AccessDeniedExplanation,
        UnavailableExplanation, ResponseInvalidExplanation,
    ];

    /// <param name="addressState">"not set" or "set but empty".</param>
    /// <param name="hasTokenFile">Whether the other half is there.</param>
    public static Failure NotInjected(string addressState, bool hasTokenFile) => NotInjectedExplanation.Permanent(
        $"IrsaOptions.Source asks for EKS Pod Identity, but AWS_CONTAINER_CREDENTIALS_FULL_URI is {addressState}{(hasTokenFile ? ", although AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is set" : string.Empty)}. "
        + "The library uses no other source.");

    public static Failure NoToken() => NotInjectedExplanation.Permanent(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI names the agent of EKS Pod Identity, but AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is not set.");

    public static Failure TokenUnusable() => NotInjectedExplanation.Permanent(
        "AWS_CONTAINER_AUTHORIZATION_TOKEN holds characters that cannot be sent in a header, for instance a line break.", "Correct the variable.");

    public static Failure AddressRefused(Uri address) => AddressRefusedExplanation.Permanent(
        $"The container's credentials endpoint is {(address.IsAbsoluteUri ? Quote(RedactedUri.Of(address)) : "not an absolute address")}, which is not allowed: the token would be sent to it.");

    public static Failure Unreachable(Exception seen, ExchangeContext context) => (seen is OperationCanceledException or TimeoutException
        ? UnreachableExplanation.Transient($"{context.Endpoint} did not answer {context.Operation} in time (attempt {context.Attempts}).")
        : UnreachableExplanation.Transient($"{context.Endpoint} could not be reached ({Reason(seen)}).")).In(context) with
    {
        Cause = SecretRedactor.WithoutResponse(seen, context.Secrets),
    };

    /// <summary>What the endpoint refused, by status and, where the agent names one, by code. The agent answers in plain text: <c>[id]: (Code): sentence, fault: client</c>.</summary>
    public static Failure Refused(int status, string body, ExchangeContext context)
    {
        var parts = SentencePattern().Match(body);
        var error = new StsError(
            parts.Success ? parts.Groups["code"].Value : null,
            SecretRedactor.Redact(Cut((parts.Success ? parts.Groups["sentence"].Value : body).Trim(), 300), context.Secrets),
            status,
            RequestId: null);
        var seen = string.Create(
            CultureInfo.InvariantCulture,
            $"{context.Endpoint} refused {context.Operation} (HTTP {status}{(error.ErrorCode is { } code ? ", " + code : string.Empty)}){(error.Sentence is { Length: > 0 } sentence ? ": " + Quote(sentence) : string.Empty)}.");
        var failure = (error.ErrorCode, status) switch
        {
            ("AccessDeniedException", _) or (null, 401 or 403) => AccessDeniedExplanation.Permanent(seen),
            ("ResourceNotFoundException", _) or (null, 404) => AssociationMissingExplanation.Permanent(seen),
            ("ThrottlingException", _) or (_, 429 or >= 500) => UnavailableExplanation.Transient(seen),
            (_, 400) => TokenRejectedExplanation.Permanent(seen),
            _ => ResponseInvalidExplanation.Transient(seen),
        };
        return failure.In(context) with { Sts = error };
    }

    /// <param name="lack">What is wrong, as a clause; never a value of the answer.</param>
    /// <param name="context">What was asked.</param>
    public static Failure InvalidResponse(string lack, ExchangeContext context) =>
        ResponseInvalidExplanation.Transient($"{context.Endpoint} answered {context.Operation} with success, but {lack}.").In(context);

    public static Failure OtherRole(string assumedRoleArn, ExchangeContext context) => StsFailures.OtherRole(assumedRoleArn, context) with
    {
        Remedy = $"Correct the association or IrsaOptions.RoleArn, which names the role that is expected. This lists the associations: {AwsCommands.ListPodIdentities}.",
    };

    /// <summary>A token that was not made for the agent.</summary>
    public static Failure OtherAudience(IReadOnlyList<string> audience) => TokenRejectedExplanation.Permanent(
        $"The token's audience is {Quote(string.Join(", ", audience))}, and the agent of EKS Pod Identity accepts pods.eks.amazonaws.com.");

    public static Failure TokenExpired(DateTimeOffset expiration) => TokenRejectedExplanation.Permanent(
        string.Create(CultureInfo.InvariantCulture, $"The token expired at {expiration:u}, and nothing has replaced it."));

    /// <summary>The token's file, of which the texts of IRSA2xx speak as of IRSA's.</summary>
    public static Failure OfTokenFile(Failure failure) => failure with
    {
        Remedy = "Check that the volume eks-pod-identity-token is mounted into this container, and that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names its file. " + RecreatePod,
    };

    private static string Reason(Exception seen) => seen.Find<SocketException>() is { } socket ? socket.SocketErrorCode.ToString() : seen.GetType().Name;

    [GeneratedRegex(@"\((?<code>[A-Za-z]{1,64})\): (?<sentence>.*?)(, fault: \w+)?\s*\z", RegexOptions.Singleline)]
    private static partial Regex SentencePattern();
}
