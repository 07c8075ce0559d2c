using S3Microservice.Objects;

namespace Irsa.Credentials.SampleTests;

public sealed class PartSizeTests
{
    private const int MostParts = 10_000;

    [Theory]
    [InlineData(0, 8)]
    [InlineData(999, 8)]
    [InlineData(1000, 16)]
    [InlineData(9999, 80)]
    public void Parts_grow_every_thousand(int sent, int mebibytes) => Assert.Equal(mebibytes * 1024 * 1024, PartSize.After(sent));

    [Fact]
    public void As_many_parts_as_S3_takes_hold_461_GB() =>
        Assert.Equal(461, Enumerable.Range(0, MostParts).Sum(static sent => (long)PartSize.After(sent)) / 1_000_000_000);
}
