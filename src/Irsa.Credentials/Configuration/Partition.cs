namespace Irsa.Credentials.Configuration;

/// <summary>AWS's partitions: what belongs to which, and what is AWS's at all.</summary>
internal static class Partition
{
    /// <summary>The domains of all partitions, single stack and dual stack (https://github.com/boto/botocore, data/partitions.json).</summary>
    private static readonly string[] Domains =
    [
        "amazonaws.com", "api.aws", "amazonaws.com.cn", "api.amazonwebservices.com.cn", "amazonaws.eu", "api.amazonwebservices.eu", "c2s.ic.gov", "api.aws.ic.gov",
        "sc2s.sgov.gov", "api.aws.scloud", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", "csp.hci.ic.gov", "api.aws.hci.ic.gov",
    ];

    /// <summary>Whether an endpoint is AWS's own, as that of a region is. Any other host is a server of another make, or a proxy that the user has named.</summary>
    /// <param name="endpoint">Null for the region's own.</param>
    public static bool Owns(Uri? endpoint) =>
        endpoint is null || Array.Exists(Domains, domain => endpoint.IdnHost.EndsWith($".{domain}", StringComparison.OrdinalIgnoreCase));

    /// <summary>Tells a partition by the first words of a region's name.</summary>
    /// <returns>Null for a region whose name begins like none that this library knows.</returns>
    public static string? Of(string region) => region.Split('-') switch
    {
        ["cn", ..] => "aws-cn",
        ["us", "gov", ..] => "aws-us-gov",
        ["us", "iso", ..] => "aws-iso",
        ["us", "isob", ..] => "aws-iso-b",
        ["eu", "isoe", ..] => "aws-iso-e",
        ["us", "isof", ..] => "aws-iso-f",
        ["eusc", ..] => "aws-eusc",
        ["us" or "eu" or "ap" or "sa" or "ca" or "me" or "af" or "il" or "mx", ..] => "aws",
        _ => null,
    };
}
