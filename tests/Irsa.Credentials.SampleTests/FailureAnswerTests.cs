using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.SampleTests;

/// <summary>Every failure has a status and says in JSON what happened.</summary>
public sealed class FailureAnswerTests(RunningSample sample) : IClassFixture<RunningSample>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "/objects?size=0", 400, "size is 1 to 1000")]
    [InlineData("GET", "/objects?size=1001", 400, "size is 1 to 1000")]
    [InlineData("GET", "/objects?size=many", 400, "size is 1 to 1000")]
    [InlineData("GET", "/objects?size=99999999999", 400, "size is 1 to 1000")]
    [InlineData("POST", "/links/key?minutes=-1", 400, "minutes is 1 to 10080")]
    [InlineData("POST", "/links/none", 404, "There is no object under this key.")]
    [InlineData("POST", "/links/a%2F..%2Fb", 400, "segment")]
    [InlineData("POST", "/links/%2E%2Fb", 400, "segment")]
    [InlineData("GET", "/objects?size=1000", 200, "objects")]
    [InlineData("GET", "/objects?size=1", 200, "objects")]
    [InlineData("GET", "/objects?next=bogus", 400, "continuation token")]
    [InlineData("POST", "/links/key?minutes=0", 400, "minutes is 1 to 10080")]
    [InlineData("POST", "/links/key?minutes=10081", 400, "minutes is 1 to 10080")]
    [InlineData("POST", "/links/key?minutes=10080", 200, "isCapped")]
    [InlineData("POST", "/links/key?minutes=1", 200, "isCapped")]
    public async Task What_is_asked_for_wrongly_is_a_400_that_says_what_is_right(string method, string path, int status, string said)
    {
        await sample.Http.PutAsync("/objects/key", new StringContent("x"), Cancel);
        var address = new Uri(
            sample.Http.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        using var answer = await sample.Http.SendAsync(request, Cancel);

        var body = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(said, status < 400 ? body : JsonDocument.Parse(body).RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, "NoSuchBucket", 503, "No such bucket")]
    [InlineData(404, "NoSuchKey", 404, "No such object")]
    [InlineData(409, "ConditionalRequestConflict", 409, "Conflict")]
    [InlineData(412, "PreconditionFailed", 412, "Precondition failed")]
    [InlineData(416, "InvalidRange", 416, "Range not satisfiable")]
    [InlineData(403, "AccessDenied", 502, "S3 refused")]
    public async Task What_S3_refuses_has_a_status_and_a_name(int refusal, string code, int status, string title)
    {
        sample.Aws.S3.Faults.Next(Fault.Error(refusal, code, "refused"));

        using var answer = await sample.Http.GetAsync("/objects/any", Cancel);

        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal((status, title), ((int)answer.StatusCode, problem.GetProperty("title").GetString()));
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
    }

    [Theory]
    [InlineData(503, "SlowDown")]
    [InlineData(500, "InternalError")]
    [InlineData(400, "RequestTimeout")]
    public async Task An_S3_that_is_busy_is_asked_again_later(int refusal, string code)
    {
        sample.Aws.S3.Faults.Always(Fault.Error(refusal, code, "busy"));
        try
        {
            using var answer = await sample.Http.GetAsync("/objects/any", Cancel);

            var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
            Assert.Equal((503, "S3 is busy"), ((int)answer.StatusCode, problem.GetProperty("title").GetString()));
            Assert.Equal("2", answer.Headers.RetryAfter?.ToString());
        }
        finally
        {
            sample.Aws.S3.Faults.Clear();
        }
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("image/*")]
    public async Task A_failure_is_told_even_to_those_who_did_not_ask_for_JSON(string accepted)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/objects/none") { Headers = { { "Accept", accepted } } };
        using var answer = await sample.Http.SendAsync(request, Cancel);

        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal("No such object", (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("title").GetString());
    }

    [Fact]
    public async Task Without_a_bucket_it_does_not_start()
    {
        var variables = SampleProcess.VariablesOf(sample.Aws);
        variables.Remove("S3__Bucket");

        var (exitCode, said) = await SampleProcess.TryAsync(variables);

        Assert.True(exitCode == 1, said);
        Assert.Contains("S3:Bucket is not set", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }
}
