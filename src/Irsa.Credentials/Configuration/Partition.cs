namespace Irsa.Credentials.Configuration;

/// <summary>AWS's partitions, told apart by the first words of a region's name.</summary>
internal static class Partition
{
    /// <summary>Null for a region whose name begins like none that this library knows.</summary>
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
