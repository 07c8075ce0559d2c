using System.Globalization;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.IntegrationTests.Tool;

/// <summary>What the SDK and .NET read once per process: each case is a process of its own.</summary>
public sealed class SdkConfigurationInToolTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("irsa-config-").FullName;
    private readonly Dictionary<string, string> _variables = [];
    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(cancellationToken: Cancel);
        foreach (var (name, value) in _aws.Environment)
        {
            _variables[name] = value;
        }

        _variables["AWS_ENDPOINT_URL_STS"] = _aws.Sts.Endpoint.AbsoluteUri;
        _variables["HOME"] = _folder;
        Directory.CreateDirectory(Path.Combine(_folder, ".aws"));
    }

    public async ValueTask DisposeAsync()
    {
        await _aws.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("config", "[default]\nregion = eu-central-1\nwJalrXUtnFEMIsecretInTheWrongPlace\n", "Line 3 of")]
    [InlineData("credentials", "not a section\n", "Line 1 of")]
    [InlineData("config", "[default]\nec2_metadata_service_endpoint = 169.254.169.254\n", "ec2_metadata_service_endpoint of the SDK's profile (line 2 of")]
    [InlineData("config", "[default]\n\nsso_session = company\n", "sso_session of the SDK's profile (line 3 of")]
    public async Task A_file_that_the_SDK_cannot_read_is_an_error_with_file_and_line(string name, string text, string place)
    {
        var file = Path.Combine(_folder, ".aws", name);
        await File.WriteAllTextAsync(file, text, Cancel);

        foreach (var command in (string[])["exchange", "doctor"])
        {
            var run = await ToolRun.StartAsync(_variables, command);

            Assert.NotEqual(0, run.ExitCode);
            var words = string.Join(' ', run.Printed.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
            Assert.Contains("IRSA112", words, StringComparison.Ordinal);
            Assert.Contains(place, words, StringComparison.Ordinal);
            Assert.Contains(file, words, StringComparison.Ordinal);
            Assert.DoesNotContain("IRSA314", words, StringComparison.Ordinal);
            Assert.DoesNotContain("wJalrXUtnFEMI", words, StringComparison.Ordinal);
        }

        Assert.Empty(_aws.Sts.Calls);
    }

    [Theory]
    [InlineData("[default]\nregion = eu-central-1\nendpoint_url = sts.internal/x\n")]
    [InlineData("[default]\nservices = ours\n[services ours]\nsts =\n  endpoint_url = nonsense\n")]
    public async Task An_endpoint_in_a_file_that_is_none_is_an_error_with_file_and_line(string text)
    {
        var file = Path.Combine(_folder, ".aws", "config");
        await File.WriteAllTextAsync(file, text, Cancel);
        _variables.Remove("AWS_ENDPOINT_URL_STS");
        var line = Array.FindIndex(text.Split('\n'), static one => one.Contains("endpoint_url", StringComparison.Ordinal)) + 1;

        foreach (var command in (string[])["exchange", "doctor"])
        {
            var run = await ToolRun.StartAsync(_variables, command);

            var words = string.Join(' ', run.Printed.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
            Assert.Contains("IRSA112", words, StringComparison.Ordinal);
            Assert.Contains($"(line {line} of \"{file}\") names an endpoint for STS", words, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("AWS_DEFAULTS_MODE")]
    [InlineData("AWS_RETRY_MODE")]
    [InlineData("AWS_MAX_ATTEMPTS")]
    [InlineData("AWS_USE_FIPS_ENDPOINT")]
    [InlineData("AWS_USE_DUALSTACK_ENDPOINT")]
    [InlineData("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")]
    [InlineData("AWS_ENDPOINT_URL")]
    [InlineData("AWS_PROFILE")]
    [InlineData("AWS_CONFIG_FILE")]
    [InlineData("AWS_SHARED_CREDENTIALS_FILE")]
    [InlineData("AWS_SDK_UA_APP_ID")]
    [InlineData("AWS_REQUEST_CHECKSUM_CALCULATION")]
    [InlineData("AWS_ACCOUNT_ID_ENDPOINT_MODE")]
    [InlineData("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES")]
    [InlineData("HTTPS_PROXY")]
    [InlineData("NO_PROXY")]
    public async Task A_variable_that_a_template_left_empty_disturbs_nothing(string variable)
    {
        _variables[variable] = string.Empty;

        var run = await ToolRun.StartAsync(_variables, "exchange");

        Assert.True(run.ExitCode == 0, run.Printed);
    }

    [Theory]
    [InlineData("[default]\nendpoint_url = {0}\n", "default")]
    [InlineData("[profile team]\nservices = ours\n[services ours]\nsts =\n  endpoint_url = {0}\n", "team")]
    public async Task An_endpoint_from_a_file_is_used_and_named_with_its_source(string text, string profile)
    {
        var file = Path.Combine(_folder, ".aws", "config");
        await File.WriteAllTextAsync(file, string.Format(CultureInfo.InvariantCulture, text, _aws.Sts.Endpoint), Cancel);
        _variables.Remove("AWS_ENDPOINT_URL_STS");
        _variables["AWS_PROFILE"] = profile;

        var healthy = await ToolRun.StartAsync(_variables, "doctor", "--json");
        _aws.Sts.RemoveRole(_aws.RoleArn);
        var refused = await ToolRun.StartAsync(_variables, "exchange");

        Assert.Contains("endpoint_url of the profile \\u0022" + profile, healthy.Output, StringComparison.Ordinal);
        Assert.Contains($"(from endpoint_url of the profile \"{profile}\" in \"{file}\") refused", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proxy_variables_name_the_way_and_what_dotnet_does_not_read_of_them_is_said()
    {
        await using var proxy = StubServer.Answering(static _ => StubServer.Http("403 Forbidden", "text/plain", "no"));
        _variables["AWS_ENDPOINT_URL_STS"] = "https://sts.internal.example";
        _variables["HTTPS_PROXY"] = $"http://user:pa55word@127.0.0.1:{proxy.Port}";
        _variables["NO_PROXY"] = "10.0.0.0/8,internal.example";

        var doctor = await ToolRun.StartAsync(_variables, "doctor", "--json");
        var exchange = await ToolRun.StartAsync(_variables, "exchange");

        Assert.Contains($"through the proxy 127.0.0.1:{proxy.Port} of HTTPS_PROXY", doctor.Output, StringComparison.Ordinal);
        Assert.Contains("IRSA407", exchange.Errors, StringComparison.Ordinal);
        Assert.Contains(".NET does not read \"10.0.0.0/8\" and \"internal.example\" in NO_PROXY", exchange.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("pa55word", doctor.Printed + exchange.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bundle_of_certificate_authorities_that_dotnet_does_not_read_is_said_where_a_certificate_is_not_trusted()
    {
        await using var server = new StubServer(static (_, _) => Task.CompletedTask, certificateFor: "127.0.0.1");
        _variables["AWS_ENDPOINT_URL_STS"] = $"https://127.0.0.1:{server.Port}/";
        _variables["AWS_CA_BUNDLE"] = "/etc/company/ca.pem";

        var exchange = await ToolRun.StartAsync(_variables, "exchange");
        var doctor = await ToolRun.StartAsync(_variables, "doctor", "--json");

        Assert.Contains("IRSA404", exchange.Errors, StringComparison.Ordinal);
        Assert.Contains("AWS_CA_BUNDLE is set, but .NET does not read it: set SSL_CERT_FILE to the same file.", exchange.Errors, StringComparison.Ordinal);
        Assert.Contains("AWS_CA_BUNDLE is set, but .NET does not read it", doctor.Output, StringComparison.Ordinal);
    }
}
