using Irsa.Credentials.Configuration;

namespace Irsa.Credentials.Tests.Configuration;

public sealed class SettingsReaderTests
{
    private const string Role = "arn:aws:iam::111122223333:role/app";
    private const string Token = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token";

    private readonly Dictionary<string, string> _variables = new()
    {
        ["AWS_ROLE_ARN"] = Role,
        ["AWS_WEB_IDENTITY_TOKEN_FILE"] = Token,
        ["AWS_REGION"] = "eu-central-1",
    };

    private readonly IrsaOptions _options = new();

    /// <summary>Such values are errors, not overflows.</summary>
    [Fact]
    public void The_largest_times_are_out_of_range()
    {
        _options.ExchangeTimeout = TimeSpan.MaxValue;
        _options.AttemptTimeout = TimeSpan.MaxValue;
        _options.ExpiryMargin = TimeSpan.MinValue;
        _options.SessionDuration = TimeSpan.MaxValue;
        _options.AssumeRole = new AssumeRoleOptions { RoleArn = Role, SessionDuration = TimeSpan.MinValue };

        Assert.All(Read().Faults, static fault => Assert.Equal(IrsaErrorCode.OptionInvalid, fault.Code));
    }

    [Theory]
    [InlineData("C:/Program Files/Git/var/run/secrets/eks.amazonaws.com/serviceaccount/token", "MSYS_NO_PATHCONV=1")]
    [InlineData("/var/run/secrets/eks.amazonaws.com/serviceaccount/token\n", "manifest, secret or .env file")]
    [InlineData("'/var/run/token'", "manifest, secret or .env file")]
    public void A_token_path_that_something_has_changed_is_traced_to_it(string path, string remedy)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Some of them are good paths there.");
        _variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = path;

        var fault = Assert.Single(Read().Faults);

        Assert.Equal(IrsaErrorCode.TokenFilePathInvalid, fault.Code);
        Assert.DoesNotContain('\n', fault.Message);
        Assert.Contains(remedy, fault.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void The_injected_variables_are_enough()
    {
        var settings = Read().Require();

        Assert.Equal((Role, Token, "eu-central-1", null), (settings.RoleArn, settings.TokenFile, settings.Region, settings.StsEndpoint));
    }

    [Fact]
    public void Options_override_variables()
    {
        _variables["AWS_ROLE_SESSION_NAME"] = "variable";
        _variables["AWS_ENDPOINT_URL_STS"] = "https://variable.example";
        _options.RoleArn = "arn:aws:iam::111122223333:role/other";
        _options.WebIdentityTokenFile = "/tmp/token";
        _options.Region = "eu-west-1";
        _options.RoleSessionName = "option";
        _options.StsEndpoint = new Uri("https://option.example");

        var settings = Read().Require();

        Assert.Equal(
            ("arn:aws:iam::111122223333:role/other", "/tmp/token", "eu-west-1", "option", new Uri("https://option.example")),
            (settings.RoleArn, settings.TokenFile, settings.Region, settings.RoleSessionName, settings.StsEndpoint));
    }

    [Theory]
    [InlineData("AWS_REGION", "eu-west-1", "AWS_DEFAULT_REGION", "eu-west-2", "eu-west-1")]
    [InlineData("AWS_REGION", "", "AWS_DEFAULT_REGION", "eu-west-2", "eu-west-2")]
    public void AWS_REGION_comes_before_AWS_DEFAULT_REGION(string first, string one, string second, string two, string expected)
    {
        _variables[first] = one;
        _variables[second] = two;

        Assert.Equal(expected, Read().Require().Region);
    }

    [Theory]
    [InlineData("AWS_ROLE_ARN", IrsaErrorCode.RoleArnMissing)]
    [InlineData("AWS_WEB_IDENTITY_TOKEN_FILE", IrsaErrorCode.TokenFileNotConfigured)]
    [InlineData("AWS_REGION", IrsaErrorCode.RegionMissing)]
    public void A_missing_variable_is_named(string variable, IrsaErrorCode expected)
    {
        _variables.Remove(variable);

        var fault = Assert.Single(Read().Faults);

        Assert.Equal(expected, fault.Code);
        Assert.Contains(variable, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_injected_is_a_case_of_its_own_and_names_Pod_Identity_where_that_is_there()
    {
        _variables.Remove("AWS_ROLE_ARN");
        _variables.Remove("AWS_WEB_IDENTITY_TOKEN_FILE");
        Assert.Equal(IrsaErrorCode.NotInjected, Read().Faults[0].Code);
        Assert.Equal(new DeveloperSource(Profile: null), ReadWithDefaultChain().Settings?.Developer);

        _options.WhenNotInjected = NotInjectedBehavior.Fail;
        _variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://169.254.170.23/v1/credentials";
        Assert.Equal(IrsaErrorCode.PodIdentityInstead, Read().Faults[0].Code);
        Assert.Contains("IrsaOptions.Source", Read().Faults[0].Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/1")]
    [InlineData("ECS_CONTAINER_METADATA_URI_V4", "http://169.254.170.2/v4/1")]
    public void On_ECS_the_advice_is_about_ECS(string variable, string value)
    {
        _variables.Remove("AWS_ROLE_ARN");
        _variables.Remove("AWS_WEB_IDENTITY_TOKEN_FILE");
        _variables[variable] = value;

        var fault = Read().Faults[0];

        Assert.Equal(IrsaErrorCode.NotInjected, fault.Code);
        Assert.Contains("taskRoleArn", fault.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("kubectl", fault.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AWS_USE_FIPS_ENDPOINT", "AWS_ENDPOINT_URL_STS")]
    [InlineData("AWS_USE_DUALSTACK_ENDPOINT", "AWS_ENDPOINT_URL")]
    public void An_endpoint_and_another_name_of_the_regions_own_contradict_each_other(string variant, string endpoint)
    {
        _variables[variant] = "True";
        Assert.Empty(Read().Faults);

        _variables[endpoint] = "https://sts.example";
        var fault = Assert.Single(Read().Faults);
        Assert.Equal(IrsaErrorCode.OptionInvalid, fault.Code);
        Assert.Contains(variant, fault.Message, StringComparison.Ordinal);
        Assert.Contains(endpoint, fault.Message, StringComparison.Ordinal);

        _options.ConfigureSts = static sts => sts.UseFIPSEndpoint = false;
        Assert.Empty(Read().Faults);
        _options.ConfigureSts = null;
        _variables[variant] = "false";
        Assert.Empty(Read().Faults);
    }

    [Theory]
    [InlineData("10.100.0.1", "Check that the service account")]
    [InlineData(null, "On a developer's machine")]
    [InlineData("", "On a developer's machine")]
    public void Advice_begins_with_what_helps_where_the_program_runs(string? cluster, string expected)
    {
        _variables.Clear();
        if (cluster is not null)
        {
            _variables["KUBERNETES_SERVICE_HOST"] = cluster;
        }

        var remedy = Read().Faults[0].Remedy;

        Assert.StartsWith(expected, remedy, StringComparison.Ordinal);
        Assert.Contains("kubectl delete pod POD", remedy, StringComparison.Ordinal);
        Assert.Contains("LocalAws", remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not-an-arn")]
    [InlineData("arn:aws:iam::1111:role/app")]
    [InlineData("arn:aws:iam::111122223333:user/app")]
    [InlineData("arn:aws:iam::111122223333:role/app\n")]
    [InlineData("arn:aws:iam::111122223333:role/äpp")]
    [InlineData("arn:aws:iam:::role/app")]
    public void A_malformed_role_is_refused(string role)
    {
        _variables["AWS_ROLE_ARN"] = role;

        Assert.Equal(IrsaErrorCode.RoleArnInvalid, Assert.Single(Read().Faults).Code);
    }

    [Theory]
    [InlineData("arn:aws:iam::111122223333:role/path/to/app")]
    [InlineData("arn:aws-cn:iam::111122223333:role/app", "cn-north-1")]
    [InlineData("arn:aws-us-gov:iam::111122223333:role/app", "us-gov-west-1")]
    [InlineData("arn:aws-eusc:iam::111122223333:role/app", "eusc-de-east-1")]
    public void Roles_of_every_partition_are_accepted_in_their_regions(string role, string region = "eu-central-1")
    {
        _variables["AWS_ROLE_ARN"] = role;
        _variables["AWS_REGION"] = region;

        Assert.Empty(Read().Faults);
    }

    [Theory]
    [InlineData("AWS_ENDPOINT_URL_STS")]
    [InlineData("AWS_ENDPOINT_URL")]
    public void A_role_without_account_needs_an_endpoint(string variable)
    {
        _variables["AWS_ROLE_ARN"] = "arn:aws:iam:::role/app";
        Assert.Equal(IrsaErrorCode.RoleArnInvalid, Assert.Single(Read().Faults).Code);

        _variables[variable] = "http://127.0.0.1:8000";
        Assert.Equal("arn:aws:iam:::role/app", Read().Require().RoleArn);

        _variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
        Assert.Equal(IrsaErrorCode.RoleArnInvalid, Assert.Single(Read().Faults).Code);
    }

    [Theory]
    [InlineData("https://sts.eu-central-1.amazonaws.com", false)]
    [InlineData("https://STS.eu-central-1.AMAZONAWS.com", false)]
    [InlineData("https://vpce-1-a.sts.eu-central-1.vpce.amazonaws.com", false)]
    [InlineData("https://sts.eu-central-1.api.aws", false)]
    [InlineData("https://sts.cn-north-1.amazonaws.com.cn", false)]
    [InlineData("https://minio.example", true)]
    [InlineData("https://amazonaws.com.minio.example", true)]
    [InlineData("https://my-amazonaws.com", true)]
    public void Roles_and_regions_of_other_servers_need_an_endpoint_that_is_not_AWSs(string endpoint, bool isAccepted)
    {
        _variables["AWS_ENDPOINT_URL_STS"] = endpoint;
        foreach (var role in (string[])["arn:aws:iam:::role/app", "arn:aws:iam::role/app", "arn:aws:iam:role/app", "arn:aws:iam::tenant:role/team/app"])
        {
            _variables["AWS_ROLE_ARN"] = role;
            _options.AssumeRole = new AssumeRoleOptions { RoleArn = role };
            Assert.Equal(isAccepted ? [] : [IrsaErrorCode.RoleArnInvalid, IrsaErrorCode.RoleArnInvalid], Read().Faults.Select(static fault => fault.Code));
        }

        _variables["AWS_ROLE_ARN"] = "arn:aws:iam::111122223333:role/app";
        _options.AssumeRole = null;
        foreach (var region in (string[])["default", "us", "minio", "US_East.1", "eu-central-1a", "cn-north-1"])
        {
            _variables["AWS_REGION"] = region;
            Assert.Equal(isAccepted ? [] : [IrsaErrorCode.RegionInvalid], Read().Faults.Select(static fault => fault.Code));
        }
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("/b")]
    [InlineData(",")]
    [InlineData("a,b")]
    [InlineData("a b")]
    [InlineData("région")]
    [InlineData("a\nb")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void A_region_that_no_signature_can_hold_is_refused_for_other_servers_too(string region)
    {
        _variables["AWS_ENDPOINT_URL_STS"] = "https://minio.example";
        _variables["AWS_REGION"] = region;

        Assert.Equal(IrsaErrorCode.RegionInvalid, Assert.Single(Read().Faults).Code);
    }

    [Theory]
    [InlineData("AWS_ENDPOINT_URL_STS")]
    [InlineData("AWS_ENDPOINT_URL")]
    public void An_endpoint_variable_that_holds_no_address_is_named(string variable)
    {
        _variables[variable] = "sts.example";

        var fault = Assert.Single(Read().Faults);

        Assert.Equal((IrsaErrorCode.OptionInvalid, $"{variable} is \"sts.example\". It must be an absolute http or https URL."), (fault.Code, fault.Message));
    }

    [Theory]
    [InlineData("http://sts.example:8080/", true)]
    [InlineData("http://10.0.0.1/", true)]
    [InlineData("http://127.0.0.1.example/", true)]
    [InlineData("https://sts.example/", false)]
    [InlineData("http://127.0.0.1:1/", false)]
    [InlineData("http://[::1]:1/", false)]
    [InlineData("http://localhost/", false)]
    public void An_unencrypted_endpoint_beyond_this_machine_is_refused_unless_the_application_allows_it(string endpoint, bool isRefused)
    {
        foreach (var variable in (string?[])["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL", null])
        {
            _variables.Remove("AWS_ENDPOINT_URL_STS");
            _variables.Remove("AWS_ENDPOINT_URL");
            if (variable is not null)
            {
                _variables[variable] = endpoint;
            }

            _options.StsEndpoint = variable is null ? new Uri(endpoint) : null;
            _options.AllowUnencryptedSts = false;
            var fault = Read().Faults.SingleOrDefault();

            Assert.Equal(isRefused ? IrsaErrorCode.UnencryptedSts : null, fault?.Code);
            Assert.Contains(variable ?? "IrsaOptions.StsEndpoint", fault?.Message ?? variable ?? "IrsaOptions.StsEndpoint", StringComparison.Ordinal);
            _options.AllowUnencryptedSts = true;
            Assert.True(Read().Require().AllowUnencryptedSts);
        }
    }

    [Fact]
    public void Role_and_region_of_two_partitions_are_refused()
    {
        _variables["AWS_REGION"] = "cn-north-1";

        Assert.Equal(IrsaErrorCode.RegionInvalid, Assert.Single(Read().Faults).Code);
    }

    [Theory]
    [InlineData("abc\n")]
    [InlineData("日本語")]
    [InlineData("a")]
    [InlineData("with/slash")]
    [InlineData("with space")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789")]
    public void A_bad_session_name_is_refused(string name)
    {
        _variables["AWS_ROLE_SESSION_NAME"] = name;

        Assert.Equal(IrsaErrorCode.SessionNameInvalid, Assert.Single(Read().Faults).Code);
    }

    [Fact]
    public void A_relative_token_path_is_refused()
    {
        _variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "secrets/token";

        Assert.Equal(IrsaErrorCode.TokenFilePathInvalid, Assert.Single(Read().Faults).Code);
    }

    public static TheoryData<Action<IrsaOptions>, string> BadOptions => new()
    {
        { static o => o.SessionDuration = TimeSpan.FromMinutes(14), "SessionDuration is 00:14:00" },
        { static o => o.SessionDuration = TimeSpan.FromHours(13), "SessionDuration is 13:00:00" },
        { static o => o.SessionPolicy = new string('x', 2049), "2049 characters" },
        { static o => { for (var i = 0; i < 11; i++) { o.SessionPolicyArns.Add("arn"); } }, "11 ARNs" },
        { static o => o.ExpiryMargin = TimeSpan.Zero, "ExpiryMargin is 00:00:00" },
        { static o => o.AttemptTimeout = TimeSpan.Zero, "AttemptTimeout is 00:00:00" },
        { static o => o.ExchangeTimeout = TimeSpan.FromHours(1), "ExchangeTimeout is 01:00:00" },
        { static o => o.AttemptTimeout = TimeSpan.FromSeconds(30), "at most ExchangeTimeout, which is 00:00:20" },
        { static o => o.MaxAttempts = 0, "MaxAttempts is 0" },
        { static o => o.RefreshAtFraction = double.NaN, "RefreshAtFraction is NaN" },
        { static o => o.StsEndpoint = new Uri("ftp://example.com"), "StsEndpoint" },
        { static o => o.AssumeRole = new AssumeRoleOptions(), "AssumeRole.RoleArn" },
        { static o => o.AssumeRole = new AssumeRoleOptions { RoleArn = Role, SessionDuration = TimeSpan.FromHours(2) }, "limits a role that another role assumes to 1 hour" },
        { static o => o.AssumeRole = new AssumeRoleOptions { RoleArn = Role, ExternalId = "x" }, "ExternalId is 1 characters" },
        { static o => o.AssumeRole = new AssumeRoleOptions { RoleArn = Role, ExternalId = "   " }, "ExternalId is blank" },
        { static o => o.AssumeRole = new AssumeRoleOptions { RoleArn = Role, ExternalId = new string('x', 1225) }, "ExternalId is 1225 characters" },
        { static o => o.AssumeRole = new AssumeRoleOptions { RoleArn = Role, SourceIdentity = "a b" }, "AssumeRole.SourceIdentity is \"a b\"" },
        { static o => { o.AssumeRole = new AssumeRoleOptions { RoleArn = Role }; o.AssumeRole.TransitiveTagKeys.Add("team"); }, "AssumeRole.TransitiveTagKeys is \"team\"" },
        { static o => { o.AssumeRole = new AssumeRoleOptions { RoleArn = Role }; for (var i = 0; i < 51; i++) { o.AssumeRole.Tags.Add($"{i}", "x"); } }, "AssumeRole.Tags is 51 tags" },
        { static o => o.SessionPolicy = string.Empty, "SessionPolicy is blank" },
        { static o => o.SessionPolicy = "  ", "SessionPolicy is blank" },
        { static o => o.SessionPolicyArns.Add(" "), "SessionPolicyArns is blank in one of its entries" },
        { static o => o.ExpiryMargin = TimeSpan.FromSeconds(5) - Step, "ExpiryMargin is " },
        { static o => o.ExpiryMargin = TimeSpan.FromMinutes(10) + Step, "ExpiryMargin is " },
        { static o => o.AttemptTimeout = TimeSpan.FromMilliseconds(100) - Step, "AttemptTimeout is " },
        { static o => (o.AttemptTimeout, o.ExchangeTimeout) = (TimeSpan.FromMinutes(1) + Step, TimeSpan.FromMinutes(2)), "AttemptTimeout is " },
        { static o => (o.AttemptTimeout, o.ExchangeTimeout) = (TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100) - Step), "ExchangeTimeout is " },
        { static o => o.ExchangeTimeout = TimeSpan.FromMinutes(5) + Step, "ExchangeTimeout is " },
        { static o => o.MaxAttempts = 11, "MaxAttempts is 11" },
        { static o => o.RefreshAtFraction = 0.09, "RefreshAtFraction is 0.09" },
        { static o => o.RefreshAtFraction = 0.91, "RefreshAtFraction is 0.91" },
        { static o => o.SessionDuration = TimeSpan.FromMinutes(15) - Step, "SessionDuration is " },
        { static o => o.SessionDuration = TimeSpan.FromHours(12) + Step, "SessionDuration is " },
        { static o => o.AssumeRole = new AssumeRoleOptions { RoleArn = Role, SessionDuration = TimeSpan.FromMinutes(15) - Step }, "AssumeRole.SessionDuration is " },
        { static o => o.AssumeRole = new AssumeRoleOptions { RoleArn = Role, SessionDuration = TimeSpan.FromHours(1) + Step }, "AssumeRole.SessionDuration is " },
    };

    /// <summary>Each documented bound itself.</summary>
    public static TheoryData<Action<IrsaOptions>> OptionsAtTheirBounds => new()
    {
        static o => o.ExpiryMargin = TimeSpan.FromSeconds(5),
        static o => o.ExpiryMargin = TimeSpan.FromMinutes(10),
        static o => o.AttemptTimeout = TimeSpan.FromMilliseconds(100),
        static o => (o.AttemptTimeout, o.ExchangeTimeout) = (TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)),
        static o => (o.AttemptTimeout, o.ExchangeTimeout) = (TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100)),
        static o => o.ExchangeTimeout = TimeSpan.FromMinutes(5),
        static o => o.MaxAttempts = 1,
        static o => o.MaxAttempts = 10,
        static o => o.RefreshAtFraction = 0.1,
        static o => (o.RefreshAtFraction, o.ExpiryMargin) = (0.9, TimeSpan.FromSeconds(5)),
        static o => o.SessionDuration = TimeSpan.FromMinutes(15),
        static o => o.SessionDuration = TimeSpan.FromHours(12),
        static o => o.SessionPolicy = new string('x', 2048),
        static o => o.SessionPolicy = "x",
        static o => { for (var i = 0; i < 10; i++) { o.SessionPolicyArns.Add("arn"); } },
        static o => o.RoleSessionName = "ab",
        static o => o.RoleSessionName = new string('x', 64),
        static o => o.AssumeRole = new AssumeRoleOptions { RoleArn = Role, ExternalId = "xy", SessionDuration = TimeSpan.FromMinutes(15) },
        static o => o.AssumeRole = new AssumeRoleOptions { RoleArn = Role, ExternalId = new string('x', 1224), SessionDuration = TimeSpan.FromHours(1) },
        static o => { o.AssumeRole = new AssumeRoleOptions { RoleArn = Role }; for (var i = 0; i < 50; i++) { o.AssumeRole.Tags.Add($"{i}", "x"); } },
    };

    private static TimeSpan Step => TimeSpan.FromTicks(1);

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void An_option_out_of_range_is_named_with_its_value(Action<IrsaOptions> spoil, string expected)
    {
        spoil(_options);

        Assert.Contains(Read().Faults, fault => fault.Code == IrsaErrorCode.OptionInvalid && fault.Message.Contains(expected, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(OptionsAtTheirBounds))]
    public void An_option_at_its_bound_is_allowed(Action<IrsaOptions> choose)
    {
        choose(_options);

        Assert.Empty(Read().Faults);
    }

    public static TheoryData<Action<IrsaOptions>, string> BlockingRefreshes => new()
    {
        {
            static o => (o.SessionDuration, o.ExpiryMargin) = (TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(10)),
            "a refresh of up to 00:00:20 ends before the ExpiryMargin of 00:10:00 in a session of 00:15:00."
        },
        {
            static o => (o.SessionDuration, o.RefreshAtFraction, o.ExpiryMargin) = (TimeSpan.FromHours(12), 0.9, TimeSpan.FromMinutes(5)),
            "a session of 01:00:00 (which the library requests if SessionDuration exceeds the role's maximum)."
        },
        {
            static o => (o.ExpiryMargin, o.AssumeRole) = (TimeSpan.FromMinutes(10), new AssumeRoleOptions { RoleArn = Role, SessionDuration = TimeSpan.FromMinutes(15) }),
            "a session of 00:15:00 of AssumeRole (which takes two exchanges)."
        },
        {
            static o => (o.RefreshAtFraction, o.ExpiryMargin, o.ExchangeTimeout, o.AssumeRole) = (0.8, TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(3), new AssumeRoleOptions { RoleArn = Role }),
            "a refresh of up to 00:06:00 ends before the ExpiryMargin of 00:03:00 in a session of 01:00:00 of AssumeRole"
        },
    };

    [Theory]
    [MemberData(nameof(BlockingRefreshes))]
    public void A_refresh_that_could_not_end_before_the_margin_is_refused_for_every_session_that_the_options_can_lead_to(Action<IrsaOptions> choose, string expected)
    {
        choose(_options);

        Assert.Contains(expected, Assert.Single(Read().Faults).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense", null, IrsaErrorCode.RoleArnInvalid, "AssumeRole.RoleArn")]
    [InlineData("arn:aws:iam::111122223333:user/app", null, IrsaErrorCode.RoleArnInvalid, "the ARN of a user")]
    [InlineData(Role, "a b", IrsaErrorCode.SessionNameInvalid, "AssumeRole.RoleSessionName")]
    [InlineData(Role, "x", IrsaErrorCode.SessionNameInvalid, "AssumeRole.RoleSessionName")]
    public void The_second_role_is_judged_like_the_first(string role, string? sessionName, IrsaErrorCode expected, string words)
    {
        _options.AssumeRole = new AssumeRoleOptions { RoleArn = role, RoleSessionName = sessionName };

        var fault = Assert.Single(Read().Faults);

        Assert.Equal(expected, fault.Code);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_second_roles_options_say_is_what_is_asked_for_and_what_is_blank_is_absent()
    {
        _options.AssumeRole = new AssumeRoleOptions { RoleArn = Role, RoleSessionName = "second" };
        var named = Read().Require().AssumeRole!;
        _options.AssumeRole.RoleSessionName = "  ";
        var unnamed = Read().Require().AssumeRole!;

        Assert.Equal((Role, "second", null), (named.RoleArn, named.RoleSessionName, unnamed.RoleSessionName));
    }

    /// <summary>The default chain is another identity. It is taken only where the application names it and nothing at all of the chosen source is there.</summary>
    [Theory]
    [InlineData("", CredentialSource.Injected, true)]
    [InlineData("AWS_ROLE_ARN", CredentialSource.Injected, false)]
    [InlineData("AWS_WEB_IDENTITY_TOKEN_FILE", CredentialSource.Injected, false)]
    [InlineData("AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE", CredentialSource.Injected, false)]
    [InlineData("AWS_CONTAINER_CREDENTIALS_FULL_URI", CredentialSource.Injected, false)]
    [InlineData("AWS_CONTAINER_CREDENTIALS_FULL_URI", CredentialSource.PodIdentity, false)]
    [InlineData("", CredentialSource.PodIdentity, true)]
    public void The_default_chain_is_used_only_where_nothing_is_injected(string injected, CredentialSource source, bool expected)
    {
        var values = new Dictionary<string, string>(_variables) { ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://169.254.170.23/v1/credentials" };
        _variables.Clear();
        foreach (var variable in injected.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            _variables[variable] = values[variable];
        }

        _options.Source = source;

        Assert.Equal(expected, ReadWithDefaultChain().Settings?.Developer is not null);
        _options.WhenNotInjected = NotInjectedBehavior.Fail;
        Assert.Null(Read().Settings?.Developer);
    }

    [Fact]
    public void Every_fault_is_named_at_once()
    {
        _variables["AWS_ROLE_ARN"] = "nonsense";
        _variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "relative";
        _variables["AWS_ROLE_SESSION_NAME"] = "a b";
        _variables.Remove("AWS_REGION");
        _options.MaxAttempts = 99;

        var thrown = Assert.Throws<IrsaException>(() => Read().Require());

        foreach (var id in new[] { "IRSA104", "IRSA105", "IRSA106", "IRSA107", "IRSA109" })
        {
            Assert.Contains(id, thrown.Message, StringComparison.Ordinal);
        }
    }

    private SettingsResult ReadWithDefaultChain()
    {
        _options.WhenNotInjected = NotInjectedBehavior.UseDefaultChain;
        return Read();
    }

    private SettingsResult Read() => SettingsReader.Read(_options, new InjectedEnvironment(name => _variables.GetValueOrDefault(name)));
}
