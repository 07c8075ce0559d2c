namespace Irsa.Credentials.Diagnosis;

/// <summary>What was injected, what contradicts it, and what else a SDK would find.</summary>
internal static class VariablesCheck
{
    private static readonly string[] Shown =
    [
        "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_SESSION_NAME", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL_STS",
        "AWS_ENDPOINT_URL", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_STS_REGIONAL_ENDPOINTS", "AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT",
    ];

    /// <summary>Their values may hold a password, so only the names are shown.</summary>
    private static readonly string[] Named = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"];

    public static CheckResultBuilder Make(DoctorContext examination)
    {
        var environment = examination.Environment;
        var finding = new CheckResultBuilder();
        var present = Shown.Concat(Named).Where(name => environment[name] is not null).ToList();
        finding.Saw(present.Count == 0 ? "No variable is set." : $"Set: {string.Join(", ", present)}.");
        foreach (var fault in examination.Faults.Where(static fault => !RoleCheck.Judges(fault) && !TokenFileCheck.Judges(fault)))
        {
            finding.Fail(fault);
        }

        if (environment.HasStaticKeys)
        {
            finding.Warn(
                "AWS_ACCESS_KEY_ID is set too: this library ignores it, but the AWS SDK's own chain prefers it to the role.",
                "Remove the static keys from the pod.");
        }

        if (environment.HasPodIdentity && examination.Settings is not null)
        {
            finding.Warn(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI is set too: the pod also has EKS Pod Identity. This library uses the role of the web identity token.",
                "Keep one of the two: remove the Pod Identity association, or the role-arn annotation; then recreate the pod.");
        }

        if (environment.Profile is { } profile)
        {
            finding.Warn($"AWS_PROFILE is {profile}: this library ignores it, other SDKs may not.", "Remove AWS_PROFILE from the pod.");
        }

        if (environment["AWS_REGION"] is { } region && environment["AWS_DEFAULT_REGION"] is { } other && region != other)
        {
            finding.Warn($"AWS_REGION is {region} and AWS_DEFAULT_REGION {other}: the first is used here, other SDKs may use the second.", "Set both to the same region.");
        }

        return finding;
    }
}
