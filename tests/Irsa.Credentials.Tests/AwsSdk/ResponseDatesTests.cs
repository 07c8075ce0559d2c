using System.Globalization;
using System.Net;
using Amazon.Runtime;
using Amazon.SecurityToken.Model;
using Irsa.Credentials.AwsSdk;

namespace Irsa.Credentials.Tests.AwsSdk;

public sealed class ResponseDatesTests
{
    private const string Body = """
        <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
        <Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken></Credentials>
        </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>
        """;

    [Theory]
    [InlineData("Mon, 23 Nov 2026 12:00:00 GMT", null, "2026-11-23T12:00:00Z")]
    [InlineData("Mon, 23 Nov 2026 12:00:00 GMT", "90", "2026-11-23T12:01:30Z")]
    [InlineData("Mon, 23 Nov 2026 12:00:00 GMT", "-90", "2026-11-23T12:00:00Z")]
    [InlineData("yesterday", null, null)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", "90", null)]
    public async Task A_date_is_what_the_answer_says_and_an_impossible_one_is_none(string date, string? age, string? expected)
    {
        using var transport = new StsHttpClientFactory();
        using var answers = new Answers(date, age);
        var clients = transport.ClientsFor(TestSettings.Create() with { ConfigureSts = sts => sts.HttpClientFactory = answers });
        var request = new AssumeRoleWithWebIdentityRequest { RoleArn = TestSettings.Role, RoleSessionName = "pod", WebIdentityToken = "token" };

        var response = await clients.Anonymous.AssumeRoleWithWebIdentityAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("ASIA", response.Credentials.AccessKeyId);
        Assert.Equal(expected is null ? null : DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), clients.Dates.Of(request));
    }

    private sealed class Answers(string date, string? age) : HttpClientFactory, IDisposable
    {
        private readonly HttpClient _client = new(new Handler(date, age));

        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

        public void Dispose() => _client.Dispose();
    }

    private sealed class Handler(string date, string? age) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(Body) };
            response.Headers.TryAddWithoutValidation("Date", date);
            if (age is not null)
            {
                response.Headers.TryAddWithoutValidation("Age", age);
            }

            return Task.FromResult(response);
        }
    }
}
