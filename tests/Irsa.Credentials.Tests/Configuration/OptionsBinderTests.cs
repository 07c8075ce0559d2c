using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Microsoft.Extensions.Configuration;

namespace Irsa.Credentials.Tests.Configuration;

public sealed class OptionsBinderTests
{
    [Fact]
    public void Every_option_that_configuration_can_hold_is_read()
    {
        var options = new IrsaOptions();

        Assert.Null(OptionsBinder.Bind(
            Section(
                ("RoleArn", "role"), ("WebIdentityTokenFile", "file"), ("RoleSessionName", "name"), ("Region", "region"), ("StsEndpoint", "https://sts.example"),
                ("SessionDuration", "02:00:00"), ("SessionPolicy", "{}"), ("SessionPolicyArns:0", "one"), ("SessionPolicyArns:1", "two"), ("RefreshAtFraction", "0.4"),
                ("ExpiryMargin", "00:02:00"), ("AttemptTimeout", "00:00:03"), ("ExchangeTimeout", "00:00:30"), ("MaxAttempts", "3"), ("WhenNotInjected", "UseDefaultChain"),
                ("WarmUpAtStart", "Require"), ("AssumeRole:RoleArn", "second"), ("AssumeRole:ExternalId", "external"), ("AssumeRole:RoleSessionName", "hop"),
                ("AssumeRole:SessionDuration", "00:30:00"), ("AssumeRole:Tags:team", "blue"),
                ("AssumeRole:TransitiveTagKeys:0", "team"), ("AssumeRole:SourceIdentity", "someone")),
            options,
            None));

        Assert.Equal(("role", "file", "name", "region"), (options.RoleArn, options.WebIdentityTokenFile, options.RoleSessionName, options.Region));
        Assert.Equal((new Uri("https://sts.example"), TimeSpan.FromHours(2), "{}"), (options.StsEndpoint, options.SessionDuration, options.SessionPolicy));
        Assert.Equal(["one", "two"], options.SessionPolicyArns);
        Assert.Equal((0.4, TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(30), 3), (options.RefreshAtFraction, options.ExpiryMargin, options.AttemptTimeout, options.ExchangeTimeout, options.MaxAttempts));
        Assert.Equal((NotInjectedBehavior.UseDefaultChain, WarmUpBehavior.Require), (options.WhenNotInjected, options.WarmUpAtStart));
        var second = options.AssumeRole!;
        Assert.Equal(("second", "external", "hop", TimeSpan.FromMinutes(30), "blue"), (second.RoleArn, second.ExternalId, second.RoleSessionName, second.SessionDuration, second.Tags["team"]));
        Assert.Equal(("team", "someone"), (Assert.Single(second.TransitiveTagKeys), second.SourceIdentity));
    }

    [Fact]
    public void Every_property_that_is_data_has_a_key_that_sets_it()
    {
        foreach (var property in typeof(IrsaOptions).GetProperties().Where(static property => property.Name is not (nameof(IrsaOptions.ConfigureSts) or nameof(IrsaOptions.TokenSource) or nameof(IrsaOptions.TimeProvider))))
        {
            var (key, value) = property.Name switch
            {
                nameof(IrsaOptions.StsEndpoint) => (property.Name, "https://sts.example"),
                nameof(IrsaOptions.AllowUnencryptedSts) => (property.Name, "True"),
                nameof(IrsaOptions.MaxAttempts) or nameof(IrsaOptions.RefreshAtFraction) => (property.Name, "1"),
                nameof(IrsaOptions.WhenNotInjected) => (property.Name, "UseDefaultChain"),
                nameof(IrsaOptions.WarmUpAtStart) => (property.Name, "None"),
                nameof(IrsaOptions.Source) => (property.Name, "Injected"),
                nameof(IrsaOptions.ContainerCredentialsUri) => (property.Name, "http://127.0.0.1/"),
                nameof(IrsaOptions.SessionPolicyArns) => ("SessionPolicyArns:0", "text"),
                nameof(IrsaOptions.AssumeRole) => ("AssumeRole:RoleArn", "text"),
                _ when property.PropertyType == typeof(TimeSpan) || property.PropertyType == typeof(TimeSpan?) => (property.Name, "00:01:01"),
                _ => (property.Name, "text"),
            };
            var options = new IrsaOptions();

            Assert.Null(OptionsBinder.Bind(Section((key, value)), options, None));

            Assert.NotEqual(property.GetValue(new IrsaOptions()), property.GetValue(options));
        }
    }

    [Theory]
    [InlineData("RoleArm", "AKIASECRET")]
    [InlineData("AssumeRole:Duration", "AKIASECRET")]
    [InlineData("AssumeRole", "AKIASECRET")]
    [InlineData("AssumeRole:Tags", "AKIASECRET")]
    [InlineData("AssumeRole:Tags:team:0", "AKIASECRET")]
    [InlineData("AssumeRole:RoleArn:0", "AKIASECRET")]
    [InlineData("SessionPolicyArns", "AKIASECRET")]
    [InlineData("SessionPolicyArns:0", "")]
    [InlineData("SessionPolicyArns:0:Arn", "AKIASECRET")]
    [InlineData("RoleArn:0", "AKIASECRET")]
    [InlineData("StsEndpoint", "//user:AKIASECRET@sts.example")]
    [InlineData("StsEndpoint", "Server=db;Password=AKIASECRET")]
    [InlineData("SessionDuration", "Server=db;Password=AKIASECRET")]
    [InlineData("AllowUnencryptedSts", "Server=db;Password=AKIASECRET")]
    public void A_key_that_means_nothing_is_an_error_that_names_it_and_keeps_its_value(string key, string value)
    {
        var failure = Wrong((key, value));

        Assert.Equal(IrsaErrorCode.OptionInvalid, failure.Code);
        Assert.Contains("Irsa:" + key.Split(":0")[0], failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("AKIASECRET", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MaxAttempts", "wJalrXUtnFEMI/K7MDENG+bPxRfiCY0123456789", "Irsa:MaxAttempts is \"[removed]\"; it must be a whole number such as 4")]
    [InlineData("MaxAttempts", "many", "Irsa:MaxAttempts is \"many\"; it must be a whole number such as 4")]
    [InlineData("RefreshAtFraction", "half", "Irsa:RefreshAtFraction is \"half\"; it must be a number such as 0.5")]
    [InlineData("SessionDuration", "1h", "Irsa:SessionDuration is \"1h\"; it must be a time such as 01:00:00 or PT1H")]
    [InlineData("SessionDuration", "3600", "must be a time such as 01:00:00")]
    [InlineData("SessionDuration", "1", "must be a time such as 01:00:00")]
    [InlineData("SessionDuration", "24:00:00", "must be a time such as 01:00:00")]
    [InlineData("SessionDuration", "P1D", "must be a time such as 01:00:00")]
    [InlineData("ExpiryMargin", "so\u001bon", "is \"so\\u001bon\"")]
    [InlineData("StsEndpoint", "sts", "must be an address such as https://sts.eu-central-1.amazonaws.com")]
    [InlineData("WarmUpAtStart", "17", "must be None or BestEffort or Require")]
    [InlineData("WarmUpAtStart", "2", "must be None or BestEffort or Require")]
    [InlineData("WhenNotInjected", "Chain", "must be Fail or UseDefaultChain")]
    public void A_value_that_does_not_parse_is_shown_beside_what_is_allowed(string key, string value, string expected) =>
        Assert.Contains(expected, Wrong((key, value)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("01:30:00", 90)]
    [InlineData("PT1H30M", 90)]
    [InlineData("00:15:00.000", 15)]
    public void A_time_has_two_forms(string value, double minutes)
    {
        var options = new IrsaOptions();

        Assert.Null(OptionsBinder.Bind(Section(("SessionDuration", value)), options, None));

        Assert.Equal(TimeSpan.FromMinutes(minutes), options.SessionDuration);
    }

    [Fact]
    public void Every_fault_is_in_the_message()
    {
        var failure = Wrong(("RoleArm", "x"), ("Regions", "x"), ("MaxAttempts", "many"));

        Assert.All(["Irsa:RoleArm", "Irsa:Regions", "Irsa:MaxAttempts"], key => Assert.Contains(key, failure.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void The_root_of_the_configuration_is_recognised_and_none_of_it_is_printed()
    {
        var root = new ConfigurationBuilder().AddInMemoryCollection(
            [new("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI"), new("ConnectionStrings:Main", "Password=hunter2"), new("Irsa:RoleArn", TestSettings.Role)]).Build();

        var failure = OptionsBinder.Bind(root, new IrsaOptions(), None)!;

        Assert.Contains("GetSection(\"Irsa\")", failure.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("wJalr", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_section_of_another_identity_below_this_one_is_left_to_it()
    {
        var section = Section(("reports:RoleArn", TestSettings.Role), ("MaxAttempts", "3"));

        Assert.Null(OptionsBinder.Bind(section, new IrsaOptions(), static key => key == "reports"));
        Assert.NotNull(OptionsBinder.Bind(section, new IrsaOptions(), None));
    }

    [Fact]
    public void A_list_and_a_section_may_be_empty()
    {
        var options = new IrsaOptions();

        Assert.Null(OptionsBinder.Bind(Section(("SessionPolicyArns", string.Empty), ("AssumeRole", string.Empty)), options, None));

        Assert.Equal((0, null), (options.SessionPolicyArns.Count, options.AssumeRole));
    }

    [Fact]
    public void Binding_twice_is_the_same_as_once()
    {
        var options = new IrsaOptions();
        var section = Section(("SessionPolicyArns:0", "one"), ("SessionPolicyArns:1", "two"), ("AssumeRole:Tags:team", "blue"));

        Assert.Null(OptionsBinder.Bind(section, options, None));
        Assert.Null(OptionsBinder.Bind(section, options, None));

        Assert.Equal(["one", "two"], options.SessionPolicyArns);
        Assert.Single(options.AssumeRole!.Tags);
    }

    private static bool None(string key) => false;

    private static Failure Wrong(params (string Key, string Value)[] entries) => OptionsBinder.Bind(Section(entries), new IrsaOptions(), None)!;

    private static IConfigurationSection Section(params (string Key, string Value)[] entries) => new ConfigurationBuilder()
        .AddInMemoryCollection(entries.Select(static entry => KeyValuePair.Create($"Irsa:{entry.Key}", (string?)entry.Value)))
        .Build()
        .GetSection("Irsa");
}
