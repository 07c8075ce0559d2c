using static Irsa.Credentials.Failures.SecretRedactor;

namespace Irsa.Credentials.Diagnosis;

/// <summary>Checks what was injected, what contradicts it, and what other SDKs would use instead.</summary>
internal static class VariablesCheck
{
    private static readonly string[] OfAws =
    [
        "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_SESSION_NAME", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL_STS",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "AWS_ENDPOINT_URL", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_STS_REGIONAL_ENDPOINTS", "AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT",
        "AWS_DEFAULTS_MODE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CA_BUNDLE", "SSL_CERT_FILE",
    ];

    private static readonly string[] OfProxies = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"];

    /// <summary>Lists names only: a value may hold a password.</summary>
    public static CheckResultBuilder Run(DoctorContext context)
    {
        var environment = context.Environment;
        var result = new CheckResultBuilder();
        var present = OfAws.Concat(OfProxies).Where(name => environment[name] is not null).ToList();
        result.Observe(present.Count == 0 ? "No variable is set." : $"Set: {string.Join(", ", present)}.");
        foreach (var fault in context.Faults.Where(static fault => !RoleCheck.Covers(fault) && !TokenFileCheck.Covers(fault)))
        {
            result.Fail(fault);
        }

        if (environment.HasStaticKeys)
        {
            result.Warn(
                "AWS_ACCESS_KEY_ID is set too. This library ignores it, but the AWS SDK's own chain prefers it to the role.",
                "Remove the static keys from the pod.");
        }

        if (environment.HasPodIdentity && context.Settings is { Container: null })
        {
            result.Warn(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI is set too, so the pod also has EKS Pod Identity. This library uses the role of the web identity token.",
                "Remove the Pod Identity association or the role-arn annotation. Then recreate the pod: kubectl delete pod POD.");
        }

        if (environment.Profile is { } profile)
        {
            result.Warn($"AWS_PROFILE is {Quote(profile)}. This library ignores it, but other SDKs may use it.", "Remove AWS_PROFILE from the pod.");
        }

        if (environment["AWS_REGION"] is { } region && environment["AWS_DEFAULT_REGION"] is { } other && region != other)
        {
            result.Warn(
                $"AWS_REGION is {Quote(region)}, but AWS_DEFAULT_REGION is {Quote(other)}. This library uses the first; other SDKs may use the second.",
                "Set both to the same region.");
        }

        return result;
    }
}
