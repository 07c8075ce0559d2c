using Irsa.Credentials.Configuration;
using Microsoft.Extensions.Configuration;

namespace Irsa.Credentials.Tests.Configuration;

public sealed class OptionsBinderTests
{
    [Fact]
    public void Every_option_that_configuration_can_hold_is_read()
    {
        var options = new IrsaOptions();

        OptionsBinder.Apply(
            Section(
                ("RoleArn", "role"), ("WebIdentityTokenFile", "file"), ("RoleSessionName", "name"), ("Region", "region"), ("StsEndpoint", "https://sts.example"),
                ("SessionDuration", "02:00:00"), ("SessionPolicy", "{}"), ("SessionPolicyArns:0", "one"), ("SessionPolicyArns:1", "two"), ("RefreshAtFraction", "0.4"),
                ("ExpiryMargin", "00:02:00"), ("AttemptTimeout", "00:00:03"), ("ExchangeTimeout", "00:00:30"), ("MaxAttempts", "3"), ("WhenNotInjected", "UseDefaultChain"),
                ("WarmUpAtStart", "Require"), ("AssumeRole:RoleArn", "second"), ("AssumeRole:ExternalId", "external"), ("AssumeRole:RoleSessionName", "hop"),
                ("AssumeRole:SessionDuration", "00:30:00"), ("AssumeRole:Tags:team", "blue")),
            options);

        Assert.Equal(("role", "file", "name", "region"), (options.RoleArn, options.WebIdentityTokenFile, options.RoleSessionName, options.Region));
        Assert.Equal((new Uri("https://sts.example"), TimeSpan.FromHours(2), "{}"), (options.StsEndpoint, options.SessionDuration, options.SessionPolicy));
        Assert.Equal(["one", "two"], options.SessionPolicyArns);
        Assert.Equal((0.4, TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(30), 3), (options.RefreshAtFraction, options.ExpiryMargin, options.AttemptTimeout, options.ExchangeTimeout, options.MaxAttempts));
        Assert.Equal((NotInjectedBehavior.UseDefaultChain, WarmUpBehavior.Require), (options.WhenNotInjected, options.WarmUpAtStart));
        var second = options.AssumeRole!;
        Assert.Equal(("second", "external", "hop", TimeSpan.FromMinutes(30), "blue"), (second.RoleArn, second.ExternalId, second.RoleSessionName, second.SessionDuration, second.Tags["team"]));
    }

    [Fact]
    public void Every_property_that_is_data_has_a_key_that_sets_it()
    {
        foreach (var property in typeof(IrsaOptions).GetProperties().Where(static property => property.Name != nameof(IrsaOptions.ConfigureSts)))
        {
            var (key, value) = property.Name switch
            {
                nameof(IrsaOptions.StsEndpoint) => (property.Name, "https://sts.example"),
                nameof(IrsaOptions.MaxAttempts) or nameof(IrsaOptions.RefreshAtFraction) => (property.Name, "1"),
                nameof(IrsaOptions.WhenNotInjected) => (property.Name, "UseDefaultChain"),
                nameof(IrsaOptions.WarmUpAtStart) => (property.Name, "None"),
                nameof(IrsaOptions.SessionPolicyArns) => ("SessionPolicyArns:0", "text"),
                nameof(IrsaOptions.AssumeRole) => ("AssumeRole:RoleArn", "text"),
                _ when property.PropertyType == typeof(TimeSpan) || property.PropertyType == typeof(TimeSpan?) => (property.Name, "00:01:01"),
                _ => (property.Name, "text"),
            };
            var options = new IrsaOptions();

            OptionsBinder.Apply(Section((key, value)), options);

            Assert.NotEqual(property.GetValue(new IrsaOptions()), property.GetValue(options));
        }
    }

    [Theory]
    [InlineData("RoleArm", "typo")]
    [InlineData("MaxAttempts", "many")]
    [InlineData("ExpiryMargin", "soon")]
    [InlineData("StsEndpoint", "sts")]
    [InlineData("WarmUpAtStart", "17")]
    [InlineData("AssumeRole:Duration", "1")]
    [InlineData("AssumeRole", "arn:aws:iam::111122223333:role/second")]
    [InlineData("AssumeRole:Tags", "team=blue")]
    [InlineData("AssumeRole:Tags:team:0", "blue")]
    [InlineData("AssumeRole:RoleArn:0", "arn:aws:iam::111122223333:role/second")]
    [InlineData("SessionPolicyArns", "arn:aws:iam::aws:policy/ReadOnlyAccess")]
    [InlineData("SessionPolicyArns:0", "")]
    [InlineData("SessionPolicyArns:0:Arn", "arn:aws:iam::aws:policy/ReadOnlyAccess")]
    [InlineData("RoleArn:0", "arn:aws:iam::111122223333:role/app")]
    public void A_key_or_value_that_means_nothing_is_an_error_that_shows_it(string key, string value)
    {
        var thrown = Assert.Throws<IrsaException>(() => OptionsBinder.Apply(Section((key, value)), new IrsaOptions()));

        Assert.Equal(IrsaErrorCode.OptionInvalid, thrown.Code);
        Assert.Contains("Irsa:" + key.Split(":0")[0], thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_and_a_section_may_be_empty()
    {
        var options = new IrsaOptions();

        OptionsBinder.Apply(Section(("SessionPolicyArns", string.Empty), ("AssumeRole", string.Empty)), options);

        Assert.Equal((0, null), (options.SessionPolicyArns.Count, options.AssumeRole));
    }

    private static IConfigurationSection Section(params (string Key, string Value)[] entries) => new ConfigurationBuilder()
        .AddInMemoryCollection(entries.Select(static entry => KeyValuePair.Create($"Irsa:{entry.Key}", (string?)entry.Value)))
        .Build()
        .GetSection("Irsa");
}
