using Irsa.Credentials.Configuration;

namespace Irsa.Credentials.Tests.Configuration;

public sealed class PartitionTests
{
    [Theory]
    [InlineData("cn-north-1", "aws-cn")]
    [InlineData("us-gov-west-1", "aws-us-gov")]
    [InlineData("us-iso-east-1", "aws-iso")]
    [InlineData("us-isob-east-1", "aws-iso-b")]
    [InlineData("eu-isoe-west-1", "aws-iso-e")]
    [InlineData("us-isof-south-1", "aws-iso-f")]
    [InlineData("eusc-de-east-1", "aws-eusc")]
    [InlineData("us-east-1", "aws")]
    [InlineData("eu-central-1", "aws")]
    [InlineData("ap-southeast-2", "aws")]
    [InlineData("sa-east-1", "aws")]
    [InlineData("ca-west-1", "aws")]
    [InlineData("me-south-1", "aws")]
    [InlineData("af-south-1", "aws")]
    [InlineData("il-central-1", "aws")]
    [InlineData("mx-central-1", "aws")]
    [InlineData("xx-new-1", null)]
    [InlineData("us", "aws")]
    [InlineData("", null)]
    public void A_region_belongs_to_one_partition(string region, string? expected) => Assert.Equal(expected, Partition.Of(region));

    [Theory]
    [InlineData(null, true)]
    [InlineData("https://sts.eu-central-1.amazonaws.com", true)]
    [InlineData("https://sts.eu-central-1.API.AWS", true)]
    [InlineData("https://sts.cn-north-1.amazonaws.com.cn", true)]
    [InlineData("https://amazonaws.com", false)]
    [InlineData("https://sts.myamazonaws.com", false)]
    [InlineData("https://sts.amazonaws.com.example", false)]
    [InlineData("https://minio.example:9000", false)]
    public void Only_hosts_under_a_domain_of_AWS_are_its_own(string? endpoint, bool expected) => Assert.Equal(expected, Partition.Owns(endpoint is null ? null : new Uri(endpoint)));
}
