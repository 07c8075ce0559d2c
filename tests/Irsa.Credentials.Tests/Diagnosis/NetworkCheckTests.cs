using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Irsa.Credentials.Diagnosis;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Tests.Diagnosis;

/// <summary>Names, routes and silent addresses need networks of their own: tests/pods.</summary>
public sealed class NetworkCheckTests : IDisposable
{
    private const string LoopbackWithoutListener = "http://127.0.0.1:1/";

    private readonly DoctorFixture _patient = new();

    public void Dispose() => _patient.Dispose();

    [Fact]
    public async Task A_port_where_nothing_listens_is_told_with_the_address()
    {
        var check = await _patient.ExamineAsync(6);

        Assert.Equal(("network", DoctorVerdict.Fail, "IRSA402"), (check.Name, check.Verdict, check.ErrorId));
        Assert.StartsWith("The STS host is 127.0.0.1, port 1,", check.Seen, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1 resolves to 127.0.0.1 (loopback).", check.Seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LoopbackWithoutListener, "although the endpoint http://127.0.0.1:1/ does not need it")]
    [InlineData("http://sts.invalid/", "STS is called at http://sts.invalid/ without encryption")]
    public async Task The_permission_to_call_STS_unencrypted_is_warned_of_whether_it_is_needed_or_not(string endpoint, string words)
    {
        _patient.Variables["AWS_ENDPOINT_URL_STS"] = endpoint;
        _patient.Options.AllowUnencryptedSts = true;

        var check = await _patient.ExamineAsync(6);

        Assert.Contains("IRSA111", check.ErrorIds);
        Assert.Contains(words, check.Seen, StringComparison.Ordinal);
        Assert.Contains("emove AllowUnencryptedSts.", check.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_the_applications_own_HTTP_client_only_the_exchange_knows_the_way()
    {
        _patient.Options.ConfigureSts = static sts => sts.HttpClientFactory = new OwnFactory();

        var check = await _patient.ExamineAsync(6);

        Assert.Equal(DoctorVerdict.Pass, check.Verdict);
        Assert.Contains("Its HTTP client makes the connections", check.Seen, StringComparison.Ordinal);
        Assert.DoesNotContain("resolves", check.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_valid_settings_there_is_no_host_to_look_for()
    {
        _patient.Variables["AWS_REGION"] = null;

        Assert.Equal(DoctorVerdict.Skipped, (await _patient.ExamineAsync(6)).Verdict);
    }

    [Theory]
    [InlineData("AWS_ENDPOINT_URL_STS")]
    [InlineData("AWS_ENDPOINT_URL")]
    public async Task The_variable_that_names_the_endpoint_is_named(string variable)
    {
        _patient.Variables.Remove("AWS_ENDPOINT_URL_STS");
        _patient.Variables[variable] = "http://127.0.0.1:1/";

        var check = await _patient.ExamineAsync(6);

        Assert.Equal((DoctorVerdict.Fail, "IRSA402"), (check.Verdict, check.ErrorId));
        Assert.Contains($"It comes from {variable}.", check.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_variable_is_named_where_code_names_the_endpoint()
    {
        _patient.Options.StsEndpoint = new Uri("http://127.0.0.1:2/");

        Assert.DoesNotContain("It comes from", (await _patient.ExamineAsync(6)).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_opens_is_enough()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        _patient.Variables["AWS_ENDPOINT_URL_STS"] = $"http://127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}/";

        var check = await _patient.ExamineAsync(6);

        Assert.Equal(DoctorVerdict.Pass, check.Verdict);
        Assert.Contains("A connection opens.", check.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void Advice_on_what_is_slow_or_silent_has_figures_and_families()
    {
        var (dead, open) = (IPAddress.Parse("2001:db8::1"), IPAddress.Parse("192.0.2.1"));

        Assert.Contains("DNS took 5.2 seconds.", NetworkAdvice.SlowDns(TimeSpan.FromSeconds(5.23)), StringComparison.Ordinal);
        Assert.StartsWith("The address 2001:db8::1 (IPv6) does not answer; 192.0.2.1 (IPv4) does.", NetworkAdvice.DeadAddress(dead, open), StringComparison.Ordinal);
        Assert.Contains("IPv6 traffic", NetworkAdvice.DeadAddressRemedy(dead), StringComparison.Ordinal);
    }

    /// <summary>A private address belongs to an interface endpoint, a public one needs a route out of the cluster.</summary>
    [Theory]
    [InlineData("127.0.0.1", "loopback")]
    [InlineData("::1", "loopback")]
    [InlineData("10.255.0.1", "private")]
    [InlineData("11.0.0.1", "public")]
    [InlineData("192.168.0.1", "private")]
    [InlineData("192.169.0.1", "public")]
    [InlineData("169.254.170.23", "private")]
    [InlineData("172.15.0.1", "public")]
    [InlineData("172.16.0.1", "private")]
    [InlineData("172.31.0.1", "private")]
    [InlineData("172.32.0.1", "public")]
    [InlineData("100.63.0.1", "public")]
    [InlineData("100.64.0.1", "private")]
    [InlineData("100.127.0.1", "private")]
    [InlineData("100.128.0.1", "public")]
    [InlineData("fd00:ec2::23", "private")]
    [InlineData("fe80::1", "private")]
    [InlineData("2600:1f00::1", "public")]
    public void An_address_is_of_one_kind(string address, string kind) => Assert.Equal($"{address} ({kind})", AddressKind.Describe([IPAddress.Parse(address)]));

    [Fact]
    public void Of_several_addresses_the_first_is_shown() => Assert.Equal(
        ["no address", "10.0.0.1 (private) and 2 more addresses"],
        [AddressKind.Describe([]), AddressKind.Describe([IPAddress.Parse("10.0.0.1"), IPAddress.Loopback, IPAddress.Any])]);

    private sealed class OwnFactory : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new();
    }
}
