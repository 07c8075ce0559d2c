using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Tests.Configuration;

public sealed class DeveloperRulesTests
{
    private readonly Dictionary<string, string> _variables = new() { ["ASPNETCORE_ENVIRONMENT"] = "Development", ["AWS_REGION"] = "eu-central-1" };
    private readonly IrsaOptions _options = new() { DeveloperProfile = "dev" };

    [Theory]
    [InlineData("Development", "Production", null)]
    [InlineData(null, "development", null)]
    [InlineData("Production", "Production", "Development")]
    public void In_Development_the_profile_takes_the_pods_place(string? aspNetCore, string dotnet, string? host)
    {
        _variables["ASPNETCORE_ENVIRONMENT"] = aspNetCore ?? string.Empty;
        _variables["DOTNET_ENVIRONMENT"] = dotnet;

        var result = Read(host);

        Assert.Empty(result.Faults);
        Assert.Equal(new DeveloperSource("dev"), result.Settings?.Developer);
        Assert.Equal("the profile \"dev\"", result.Settings?.RoleArn);
    }

    /// <summary>A key in the place of a name: neither the sentences nor the commands to copy show it.</summary>
    [Theory]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQ6cGF5OnBheSJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg")]
    [InlineData("wJalrXUtnFEMI/K7MDENG+bPxRfiCY0123456789")]
    public void A_secret_in_the_place_of_a_profile_or_an_environment_is_not_shown(string secret)
    {
        _options.DeveloperProfile = secret;
        string[] shown =
        [
            Assert.IsType<string>(Read("Development").Settings?.RoleArn),
            Assert.Single(Read(secret).Faults).ToString(),
            DeveloperFailures.ProfileMissing(secret).ToString(),
            DeveloperFailures.Unavailable("the profile", secret, "sso", new InvalidOperationException("x")).ToString(),
        ];

        Assert.All(shown, text => Assert.DoesNotContain(secret[^12..], text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/app")]
    [InlineData("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/secrets/eks.amazonaws.com/serviceaccount/token")]
    [InlineData("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials")]
    [InlineData("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials")]
    [InlineData("KUBERNETES_SERVICE_HOST", "172.20.0.1")]
    [InlineData("ASPNETCORE_ENVIRONMENT", "Staging")]
    [InlineData("ASPNETCORE_ENVIRONMENT", "")]
    public void Anywhere_else_it_is_refused_and_the_reason_is_named(string variable, string value)
    {
        _variables[variable] = value;

        var fault = Assert.Single(Read().Faults);

        Assert.Equal(IrsaErrorCode.DeveloperProfileRefused, fault.Code);
        Assert.Contains(value == "Staging" ? value : variable, fault.Message, StringComparison.Ordinal);
        Assert.Contains("appsettings.Development.json", fault.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void The_hosts_environment_comes_before_the_variables() =>
        Assert.Equal(IrsaErrorCode.DeveloperProfileRefused, Assert.Single(Read("Production").Faults).Code);

    [Fact]
    public void A_profile_and_another_source_contradict_each_other()
    {
        _options.WhenNotInjected = NotInjectedBehavior.UseDefaultChain;
        Assert.Equal(IrsaErrorCode.OptionInvalid, Assert.Single(Read().Faults).Code);

        _options.WhenNotInjected = NotInjectedBehavior.Fail;
        _options.TokenSource = WebIdentityTokenSource.From("an issuer", static _ => new ValueTask<string>("token"));
        Assert.Contains("an issuer", Assert.Single(Read().Faults).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_region_is_needed_for_a_second_role_only()
    {
        _variables.Remove("AWS_REGION");
        Assert.Equal(string.Empty, Read().Require().Region);

        _options.AssumeRole = new AssumeRoleOptions { RoleArn = "arn:aws:iam::111122223333:role/second" };
        Assert.Equal(IrsaErrorCode.RegionMissing, Assert.Single(Read().Faults).Code);

        _options.Region = "eu-central-1";
        Assert.Empty(Read().Faults);
    }

    [Fact]
    public void The_doctor_examines_the_pod()
    {
        var result = SettingsReader.Read(_options, new InjectedEnvironment(name => _variables.GetValueOrDefault(name)), isForPod: true);

        Assert.Equal(IrsaErrorCode.NotInjected, result.Faults[0].Code);
    }

    private SettingsResult Read(string? hostEnvironment = null) =>
        SettingsReader.Read(_options, new InjectedEnvironment(name => _variables.GetValueOrDefault(name)), hostEnvironment: hostEnvironment);
}
