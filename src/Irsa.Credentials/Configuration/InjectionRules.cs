namespace Irsa.Credentials.Configuration;

/// <summary>What the webhook injects, role and token file: both or neither, and each in its shape.</summary>
internal static class InjectionRules
{
    private const string RecreatePod =
        "Check that the service account carries the eks.amazonaws.com/role-arn annotation and the pod names it in serviceAccountName, then delete the pod: the webhook acts only when a pod is created.";

    public static void JudgePresence(string? roleArn, string? tokenFile, InjectedEnvironment environment, ValidationErrors faults)
    {
        if (roleArn is null && tokenFile is null)
        {
            if (environment.HasPodIdentity)
            {
                faults.Add(
                    IrsaErrorCode.PodIdentityInstead,
                    "Neither AWS_ROLE_ARN nor AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_CONTAINER_CREDENTIALS_FULL_URI is: this pod is on EKS Pod Identity, which takes precedence over the role-arn annotation.",
                    "Remove the Pod Identity association and recreate the pod, or accept Pod Identity with options.WhenNotInjected = NotInjectedBehavior.UseDefaultChain.");
                return;
            }

            faults.Add(
                IrsaErrorCode.NotInjected,
                $"AWS_ROLE_ARN is {environment.Absence("AWS_ROLE_ARN")}, AWS_WEB_IDENTITY_TOKEN_FILE is {environment.Absence("AWS_WEB_IDENTITY_TOKEN_FILE")}, and no option replaces them: nothing was injected into this process. No other credential source is tried{Present(environment)}.",
                RecreatePod + " Outside a cluster, set IrsaOptions or use LocalAws of Irsa.Credentials.Testing.");
        }
        else if (roleArn is null)
        {
            faults.Add(
                IrsaErrorCode.RoleArnMissing,
                $"There is a token file ({tokenFile}) but no role: AWS_ROLE_ARN is {environment.Absence("AWS_ROLE_ARN")} and IrsaOptions.RoleArn is empty. The webhook adds neither variable to a container that defines one of the two itself.",
                "Remove AWS_WEB_IDENTITY_TOKEN_FILE from the manifest, or set both. " + RecreatePod);
        }
        else if (tokenFile is null)
        {
            faults.Add(
                IrsaErrorCode.TokenFileNotConfigured,
                $"There is a role ({roleArn}) but no token file: AWS_WEB_IDENTITY_TOKEN_FILE is {environment.Absence("AWS_WEB_IDENTITY_TOKEN_FILE")} and IrsaOptions.WebIdentityTokenFile is empty. The webhook adds neither variable to a container that defines one of the two itself.",
                "Remove AWS_ROLE_ARN from the manifest, or set both. " + RecreatePod);
        }
    }

    public static void JudgeRole(string? roleArn, bool hasEndpoint, string option, ValidationErrors faults)
    {
        if (roleArn is null || RoleArnValidator.IsRole(roleArn) || (hasEndpoint && RoleArnValidator.IsRoleOfAnotherServer(roleArn)))
        {
            return;
        }

        faults.Add(
            IrsaErrorCode.RoleArnInvalid,
            $"{option} is \"{ValidationErrors.Shown(roleArn)}\", which is not the ARN of an IAM role (arn:aws:iam::111122223333:role/NAME): {ValidationErrors.Shown(RoleArnValidator.Explain(roleArn))}.",
            "Correct the service account's eks.amazonaws.com/role-arn annotation, which the webhook injects as it stands, and recreate the pod.");
    }

    public static void JudgeTokenFile(string? tokenFile, ValidationErrors faults)
    {
        if (tokenFile is not null && TokenFilePathValidator.Judge(tokenFile, OperatingSystem.IsWindows()) is var (fault, remedy))
        {
            faults.Add(IrsaErrorCode.TokenFilePathInvalid, $"The token file's path \"{ValidationErrors.Shown(tokenFile)}\" {fault}.", remedy);
        }
    }

    private static string Present(InjectedEnvironment environment) => (environment.HasStaticKeys, environment.Profile) switch
    {
        (true, _) => ", although AWS_ACCESS_KEY_ID is set",
        (_, not null) => ", although AWS_PROFILE is set",
        _ => string.Empty,
    };
}
