using Irsa.Credentials.Configuration;

namespace Irsa.Credentials.Tests.Configuration;

public sealed class InjectedEnvironmentTests
{
    [Theory]
    [InlineData("HOME=/home/app", "/home/app/.aws/config", "/home/app/.aws/credentials")]
    [InlineData("USERPROFILE=/users/app", "/users/app/.aws/config", "/users/app/.aws/credentials")]
    [InlineData("HOME=/home/app USERPROFILE=/users/app", "/home/app/.aws/config", "/home/app/.aws/credentials")]
    [InlineData("HOME=/home/app AWS_SHARED_CREDENTIALS_FILE=/etc/keys", "/etc/config", "/etc/keys")]
    [InlineData("HOME=/home/app AWS_CONFIG_FILE=/etc/aws", "/etc/aws", "/home/app/.aws/credentials")]
    [InlineData("AWS_CONFIG_FILE=/etc/aws AWS_SHARED_CREDENTIALS_FILE=/etc/keys", "/etc/aws", "/etc/keys")]
    [InlineData("HOME=/home/app AWS_SHARED_CREDENTIALS_FILE=/", "/home/app/config", "/")]
    public void The_SDKs_files_are_where_the_SDK_looks_for_them(string variables, string config, string credentials)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Its paths are others.");

        Assert.Equal([config, credentials], Of(variables).SdkFiles);
    }

    [Theory]
    [InlineData("AWS_REGION=a AWS_DEFAULT_REGION=b", "a")]
    [InlineData("AWS_REGION= AWS_DEFAULT_REGION=b", "b")]
    [InlineData("X=1", null)]
    public void The_regions_variables_have_an_order_and_an_empty_one_is_absent(string variables, string? expected) => Assert.Equal(expected, Of(variables).Region);

    [Theory]
    [InlineData("X=1", false)]
    [InlineData("AWS_ENDPOINT_URL_STS=", true)]
    [InlineData("AWS_ENDPOINT_URL=", true)]
    [InlineData("AWS_ENDPOINT_URL_STS= AWS_ENDPOINT_URL=https://all.example", false)]
    [InlineData("AWS_ENDPOINT_URL_STS=https://sts.example AWS_ENDPOINT_URL=", false)]
    public void An_endpoint_is_blank_only_where_no_variable_names_one(string variables, bool expected) => Assert.Equal(expected, Of(variables).HasBlankEndpoint);

    private static InjectedEnvironment Of(string variables)
    {
        var all = variables.Split(' ').Select(static one => one.Split('=')).ToDictionary(static one => one[0], static one => one[1]);
        return new InjectedEnvironment(name => all.GetValueOrDefault(name));
    }
}
