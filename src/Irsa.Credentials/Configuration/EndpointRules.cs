using System.Text.RegularExpressions;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Configuration;

/// <summary>Where STS is: region and endpoint.</summary>
internal static partial class EndpointRules
{
    /// <summary>The endpoint that was named; null where the region's own is meant, and for one that is wrong.</summary>
    public static Uri? StsEndpoint(IrsaOptions options, InjectedEnvironment environment, ValidationErrors faults)
    {
        var endpoint = options.StsEndpoint;
        var (source, text) = ("IrsaOptions.StsEndpoint", endpoint?.OriginalString);
        if (endpoint is null && environment.StsEndpoint is (var variable, var address))
        {
            (source, text) = (variable, address);
            Uri.TryCreate(address, UriKind.Absolute, out endpoint);
        }

        if (text is null || endpoint is { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            return endpoint;
        }

        faults.Add(
            IrsaErrorCode.OptionInvalid,
            $"{source} is \"{ValidationErrors.Shown(RedactedUri.Of(text))}\"; it must be an absolute http or https address.",
            $"Correct {source}, or leave it out: the region's own endpoint is used then.");
        return null;
    }

    public static void JudgeRegion(string? region, string? roleArn, IrsaOptions options, InjectedEnvironment environment, ValidationErrors faults)
    {
        if (region is null)
        {
            faults.Add(
                IrsaErrorCode.RegionMissing,
                $"No region: AWS_REGION is {environment.Absence("AWS_REGION")}, AWS_DEFAULT_REGION is {environment.Absence("AWS_DEFAULT_REGION")} and IrsaOptions.Region is empty. A region is never guessed.",
                "Set AWS_REGION in the container's env, or IrsaOptions.Region.");
            return;
        }

        if (!RegionPattern().IsMatch(region))
        {
            faults.Add(
                IrsaErrorCode.RegionInvalid,
                $"The region \"{ValidationErrors.Shown(region)}\" has not the shape of a region's name, such as eu-central-1{(ZonePattern().IsMatch(region) ? ": it is an availability zone" : string.Empty)}.",
                "Correct AWS_REGION or IrsaOptions.Region.");
            return;
        }

        if (roleArn?.Split(':') is ["arn", var partition, ..] && options.StsEndpoint is null && environment.StsEndpoint is null
            && Partition.Of(region) is { } expected && expected != partition)
        {
            faults.Add(
                IrsaErrorCode.RegionInvalid,
                $"The region {region} lies in the partition {expected}, the role {ValidationErrors.Shown(roleArn)} in {partition}; STS of one partition cannot assume a role of another.",
                "Correct the region, or the partition in the role's ARN.");
        }
    }

    [GeneratedRegex(@"\A[a-z]{2,}(-[a-z0-9]+)+-[0-9]+\z")]
    private static partial Regex RegionPattern();

    [GeneratedRegex(@"\A[a-z]{2,}(-[a-z0-9]+)+-[0-9]+[a-z]\z")]
    private static partial Regex ZonePattern();
}
