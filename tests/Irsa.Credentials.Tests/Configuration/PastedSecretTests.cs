using Irsa.Credentials.Configuration;

namespace Irsa.Credentials.Tests.Configuration;

/// <summary>Secrets that stand where a name, a path or an address belongs.</summary>
public sealed class PastedSecretTests
{
    private const string Role = "arn:aws:iam::111122223333:role/app";
    private const string PastedToken = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQ6cGF5OnBheSJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg";
    private const string PastedKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCY0123456789";

    private readonly Dictionary<string, string?> _variables = new()
    {
        ["AWS_ROLE_ARN"] = Role,
        ["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token",
        ["AWS_REGION"] = "eu-central-1",
    };

    private readonly IrsaOptions _options = new();

    /// <summary>What people paste into the wrong place: the token for its file, a key for a name.</summary>
    [Theory]
    [InlineData("AWS_WEB_IDENTITY_TOKEN_FILE", PastedToken)]
    [InlineData("AWS_WEB_IDENTITY_TOKEN_FILE", PastedToken, "AWS_ROLE_ARN")]
    [InlineData("AWS_WEB_IDENTITY_TOKEN_FILE", PastedKey)]
    [InlineData("AWS_ROLE_ARN", PastedToken)]
    [InlineData("AWS_ROLE_ARN", PastedKey)]
    [InlineData("AWS_ROLE_ARN", PastedKey, "AWS_WEB_IDENTITY_TOKEN_FILE")]
    [InlineData("AWS_ROLE_SESSION_NAME", PastedToken)]
    [InlineData("AWS_ROLE_SESSION_NAME", PastedKey)]
    [InlineData("AWS_REGION", PastedToken)]
    [InlineData("AWS_REGION", PastedKey)]
    [InlineData("AWS_ROLE_ARN", "AKIAIOSFODNN7EXAMPLE:" + PastedKey)]
    [InlineData("AWS_ROLE_ARN", "AKIAIOSFODNN7EXAMPLE." + PastedKey)]
    [InlineData("AWS_ROLE_ARN", "arn:aws:iam::" + PastedKey)]
    [InlineData("AWS_ROLE_ARN", "arn:" + PastedKey + ":iam::111122223333:role/orders")]
    [InlineData("AWS_ROLE_ARN", "arn:aws:iam::111122223333:" + PastedKey)]
    [InlineData("AWS_ROLE_SESSION_NAME", "AKIAIOSFODNN7EXAMPLE:" + PastedKey)]
    [InlineData("AWS_REGION", "AKIAIOSFODNN7EXAMPLE:" + PastedKey)]
    [InlineData("AWS_ENDPOINT_URL_STS", PastedToken)]
    [InlineData("AWS_ENDPOINT_URL_STS", PastedKey)]
    [InlineData("AWS_CONTAINER_CREDENTIALS_FULL_URI", PastedToken, "AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE")]
    [InlineData("AWS_CONTAINER_CREDENTIALS_FULL_URI", PastedKey, "AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE")]
    public void A_secret_in_the_place_of_a_name_is_not_shown(string variable, string secret, string? without = null)
    {
        _variables[variable] = secret;
        foreach (var name in without?.Split(' ') ?? [])
        {
            _variables.Remove(name);
        }

        AssertShowsNoSecret();
    }

    public static TheoryData<Action<IrsaOptions>> OptionsWithSecret => new()
    {
        static o => o.AssumeRole = new AssumeRoleOptions { RoleArn = PastedKey },
        static o => o.AssumeRole = new AssumeRoleOptions { RoleArn = Role, RoleSessionName = PastedToken },
        static o => o.AssumeRole = new AssumeRoleOptions { RoleArn = Role, SourceIdentity = PastedToken },
        static o => o.AssumeRole = new AssumeRoleOptions { RoleArn = Role, SourceIdentity = PastedKey },
        static o => { o.AssumeRole = new AssumeRoleOptions { RoleArn = Role }; o.AssumeRole.TransitiveTagKeys.Add(PastedToken); },
        static o => { o.AssumeRole = new AssumeRoleOptions { RoleArn = Role }; o.AssumeRole.TransitiveTagKeys.Add(PastedKey); },
    };

    [Theory]
    [MemberData(nameof(OptionsWithSecret))]
    public void A_secret_in_the_place_of_an_option_is_not_shown(Action<IrsaOptions> set)
    {
        set(_options);

        AssertShowsNoSecret();
    }

    private void AssertShowsNoSecret()
    {
        var shown = Assert.IsType<IrsaException>(SettingsReader.Read(_options, new InjectedEnvironment(name => _variables.GetValueOrDefault(name))).Fault()).ToString();

        foreach (var secret in (string[])[PastedToken, PastedKey])
        {
            Assert.DoesNotContain(secret[..12], shown, StringComparison.Ordinal);
            Assert.DoesNotContain(secret[^12..], shown, StringComparison.Ordinal);
        }
    }
}
