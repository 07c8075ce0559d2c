using Irsa.Credentials.Configuration;

namespace Irsa.Credentials.Tests.Configuration;

public sealed class ContainerRulesTests
{
    private const string Agent = "http://169.254.170.23/v1/credentials";

    private readonly Dictionary<string, string> _variables = new() { ["AWS_REGION"] = "eu-central-1" };

    [Theory]
    [InlineData(Agent)]
    [InlineData("http://[fd00:ec2::23]/v1/credentials")]
    [InlineData("http://169.254.170.2/v2/credentials/1")]
    [InlineData("http://127.0.0.1:1234/")]
    [InlineData("http://127.7.7.7/")]
    [InlineData("http://localhost/")]
    [InlineData("http://[::1]/")]
    [InlineData("https://credentials.example.com/")]
    public void Hosts_that_the_SDKs_allow_are_allowed(string address)
    {
        Inject(address);

        Assert.Equal(new Uri(address), Read(CredentialSource.PodIdentity).Require().Container!.Address);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://169.254.170.24/")]
    [InlineData("http://credentials.example.com/")]
    [InlineData("http://127.0.0.1.example.com/")]
    [InlineData("http://[fd00:ec2::254]/")]
    [InlineData("http://169.254.170.23@example.com/")]
    [InlineData("https://user:password@example.com/")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/v1/credentials")]
    [InlineData("169.254.170.23")]
    [InlineData("http://[")]
    [InlineData("http://a:b:c/")]
    [InlineData("https://")]
    public void The_token_is_sent_nowhere_else(string address)
    {
        Inject(address);

        var fault = Assert.Single(Read(CredentialSource.PodIdentity).Faults);

        Assert.Equal(IrsaErrorCode.ContainerAddressRefused, fault.Code);
        Assert.DoesNotContain("password", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_relative_address_of_ECS_comes_first_and_needs_no_token()
    {
        _variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/credentials/1?id=2";
        _variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = Agent;

        var container = Read(CredentialSource.PodIdentity).Require().Container!;

        Assert.Equal(new Uri("http://169.254.170.2/v2/credentials/1?id=2"), container.Address);
        Assert.Null(container.TokenFile);
    }

    [Fact]
    public void The_file_of_the_token_comes_before_the_token()
    {
        Inject(Agent);
        _variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "text";

        var container = Read(CredentialSource.PodIdentity).Require().Container!;

        Assert.Equal(("/token", null), (container.TokenFile, container.Token));
    }

    [Fact]
    public void A_token_that_would_be_a_second_header_is_refused()
    {
        _variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://127.0.0.1/";
        _variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "secret\r\nHost: evil";

        var fault = Assert.Single(Read(CredentialSource.PodIdentity).Faults);

        Assert.Equal(IrsaErrorCode.ContainerNotInjected, fault.Code);
        Assert.DoesNotContain("evil", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AWS_CONTAINER_CREDENTIALS_FULL_URI", Agent)]
    [InlineData("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/token")]
    public void Half_of_the_variables_is_an_error(string name, string value)
    {
        _variables[name] = value;

        Assert.Equal(IrsaErrorCode.ContainerNotInjected, Assert.Single(Read(CredentialSource.PodIdentity).Faults).Code);
    }

    [Fact]
    public void Web_identity_is_never_left_for_another_source_by_default()
    {
        Inject(Agent);

        Assert.Equal(IrsaErrorCode.PodIdentityInstead, Assert.Single(Read(CredentialSource.WebIdentity).Faults).Code);
    }

    [Fact]
    public void Web_identity_is_taken_where_both_are_injected()
    {
        Inject(Agent);
        InjectWebIdentity();

        var settings = Read(CredentialSource.Injected).Require();

        Assert.Null(settings.Container);
        Assert.Equal("arn:aws:iam::111122223333:role/app", settings.RoleArn);
    }

    [Theory]
    [InlineData("AWS_ROLE_ARN", IrsaErrorCode.TokenFileNotConfigured)]
    [InlineData("AWS_WEB_IDENTITY_TOKEN_FILE", IrsaErrorCode.RoleArnMissing)]
    public void Half_a_web_identity_is_an_error_although_Pod_Identity_is_complete(string left, IrsaErrorCode expected)
    {
        Inject(Agent);
        InjectWebIdentity();
        _variables.Remove(left == "AWS_ROLE_ARN" ? "AWS_WEB_IDENTITY_TOKEN_FILE" : "AWS_ROLE_ARN");

        Assert.Equal(expected, Assert.Single(Read(CredentialSource.Injected).Faults).Code);
    }

    [Fact]
    public void Whichever_is_injected_is_taken()
    {
        Inject(Agent);
        Assert.Equal(new Uri(Agent), Read(CredentialSource.Injected).Require().Container!.Address);

        _variables.Remove("AWS_CONTAINER_CREDENTIALS_FULL_URI");
        InjectWebIdentity();
        Assert.Null(Read(CredentialSource.Injected).Require().Container);
    }

    [Fact]
    public void Where_nothing_is_injected_the_start_fails()
    {
        Assert.Equal(IrsaErrorCode.NotInjected, Assert.Single(Read(CredentialSource.Injected).Faults).Code);
        Assert.Equal(IrsaErrorCode.ContainerNotInjected, Assert.Single(Read(CredentialSource.PodIdentity).Faults).Code);
    }

    [Theory]
    [InlineData(CredentialSource.PodIdentity)]
    [InlineData(CredentialSource.Injected)]
    public void Where_nothing_is_injected_the_default_chain_is_used_if_it_is_named(CredentialSource source) =>
        Assert.True(Read(source, static options => options.WhenNotInjected = NotInjectedBehavior.UseDefaultChain).Settings?.Developer is not null);

    /// <summary>The role would have permissions that the application believes it has given up.</summary>
    [Fact]
    public void A_session_policy_is_refused()
    {
        Inject(Agent);

        Assert.Equal(IrsaErrorCode.OptionInvalid, Assert.Single(Read(CredentialSource.PodIdentity, static options => options.SessionPolicyArns.Add("arn:aws:iam::aws:policy/ReadOnlyAccess")).Faults).Code);
    }

    [Fact]
    public void The_role_of_the_web_identity_is_not_the_expected_one()
    {
        Inject(Agent);
        InjectWebIdentity();

        Assert.Null(Read(CredentialSource.PodIdentity).Require().Container!.ExpectedRole);
        Assert.Equal("arn:aws:iam::111122223333:role/x", Read(CredentialSource.PodIdentity, static options => options.RoleArn = "arn:aws:iam::111122223333:role/x").Require().Container!.ExpectedRole);
    }

    private void Inject(string address)
    {
        _variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = address;
        _variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/token";
    }

    private void InjectWebIdentity()
    {
        _variables["AWS_ROLE_ARN"] = "arn:aws:iam::111122223333:role/app";
        _variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token";
    }

    private SettingsResult Read(CredentialSource source, Action<IrsaOptions>? configure = null)
    {
        var options = new IrsaOptions { Source = source };
        configure?.Invoke(options);
        return SettingsReader.Read(options, new InjectedEnvironment(name => _variables.GetValueOrDefault(name)));
    }
}
