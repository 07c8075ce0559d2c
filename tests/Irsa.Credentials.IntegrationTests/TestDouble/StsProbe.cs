using System.Globalization;
using System.Net;
using System.Xml.Linq;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.IntegrationTests.TestDouble;

/// <summary>Calls the local STS without an AWS client, which would refuse some requests and hide the response.</summary>
internal sealed class StsProbe(LocalAws aws) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Sends a valid request for a session with some fields changed. Null removes a field.</summary>
    public async Task<StsReply> AskAsync(params (string Name, string? Value)[] changes)
    {
        var fields = new Dictionary<string, string>
        {
            ["Action"] = "AssumeRoleWithWebIdentity",
            ["Version"] = "2011-06-15",
            ["RoleArn"] = aws.RoleArn,
            ["RoleSessionName"] = "session",
            ["WebIdentityToken"] = aws.Issuer.IssueToken(),
        };
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                fields.Remove(name);
            }
            else
            {
                fields[name] = value;
            }
        }

        using var content = new FormUrlEncodedContent(fields);
        return await SendAsync(new HttpRequestMessage(HttpMethod.Post, aws.Sts.Endpoint) { Content = content });
    }

    /// <summary>Sends a request unchanged.</summary>
    public async Task<StsReply> SendAsync(HttpRequestMessage request)
    {
        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new StsReply(answer.StatusCode, body, answer.Headers.Date, answer.Headers.TryGetValues("x-amzn-RequestId", out var ids) ? ids.Single() : null);
    }

    public void Dispose() => _http.Dispose();

    internal sealed record StsReply(HttpStatusCode Status, string Body, DateTimeOffset? Date, string? RequestId)
    {
        public string? Code => Element("Code");

        public string? Sentence => Element("Message");

        public SessionKeys Keys => new(Element("AccessKeyId")!, Element("SecretAccessKey")!, Element("SessionToken"));

        public DateTimeOffset Expiration => DateTimeOffset.Parse(Element("Expiration")!, CultureInfo.InvariantCulture);

        public string? Element(string name) => XDocument.Parse(Body).Descendants().SingleOrDefault(element => element.Name.LocalName == name)?.Value;
    }
}
