using System.Text.Json.Nodes;
using Irsa.Credentials.Testing;
using k8s;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.DocumentationTests;

/// <summary>The token sources that the documentation shows, against servers that speak the issuers' protocols and insist on them.</summary>
public sealed class TokenSourceExampleTests : IAsyncLifetime
{
    private const string Page = "docs/more-than-irsa.md";

    private readonly HttpClient _http = new();
    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Cancel);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task GitHub_Actions()
    {
        await using var issuer = await StartAsync(context =>
            context.Request.Path == "/token"
            && context.Request.Query["api-version"] == "2.0"
            && context.Request.Query["audience"] == "sts.amazonaws.com"
            && context.Request.Headers.Authorization == "Bearer request-token"
                ? context.Response.WriteAsJsonAsync(new { count = 1, value = _aws.Issuer.IssueToken() }, Cancel)
                : RefuseAsync(context));
        Environment.SetEnvironmentVariable("ACTIONS_ID_TOKEN_REQUEST_URL", AddressOf(issuer) + "/token?api-version=2.0");
        Environment.SetEnvironmentVariable("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "request-token");

        await AssertExchangesAsync("GitHubActionsToken", _http);
    }

    [Fact]
    public async Task Google_Cloud()
    {
        await using var issuer = await StartAsync(context =>
            context.Request.Path == "/computeMetadata/v1/instance/service-accounts/default/identity"
            && context.Request.Query["audience"] == "sts.amazonaws.com"
            && context.Request.Headers["Metadata-Flavor"] == "Google"
                ? context.Response.WriteAsync(_aws.Issuer.IssueToken(), Cancel)
                : RefuseAsync(context));

        await AssertExchangesAsync("GoogleToken", _http, AddressOf(issuer));
    }

    [Fact]
    public async Task The_TokenRequest_of_Kubernetes()
    {
        await using var server = await StartAsync(async context =>
        {
            var body = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: Cancel);
            var isAsked = HttpMethods.IsPost(context.Request.Method)
                && context.Request.Path == "/api/v1/namespaces/shop/serviceaccounts/orders/token"
                && (string?)body!["spec"]!["audiences"]![0] == "sts.amazonaws.com"
                && (int)body["spec"]!["expirationSeconds"]! >= 600;
            await (isAsked
                ? context.Response.WriteAsJsonAsync(
                    new
                    {
                        kind = "TokenRequest",
                        apiVersion = "authentication.k8s.io/v1",
                        spec = body!["spec"],
                        status = new { token = _aws.Issuer.IssueToken(), expirationTimestamp = TimeProvider.System.GetUtcNow().AddMinutes(10) },
                    },
                    Cancel)
                : RefuseAsync(context));
        });
        using var kubernetes = new Kubernetes(new KubernetesClientConfiguration { Host = AddressOf(server) });

        await AssertExchangesAsync("RequestedToken", kubernetes, "shop", "orders");
    }

    private async Task AssertExchangesAsync(string name, params object[] arguments)
    {
        var block = DocumentationPage.Read(Page).Blocks.Single(block => block.Code.Contains($"class {name}(", StringComparison.Ordinal));
        var example = Activator.CreateInstance(SnippetCompiler.Load(block.Code).GetExportedTypes().Single(type => type.Name == name), arguments)!;
        var get = example.GetType().GetMethod("GetAsync")!.CreateDelegate<Func<CancellationToken, ValueTask<string>>>(example);
        var options = new IrsaOptions();
        _aws.Configure(options);
        options.WebIdentityTokenFile = null;
        options.TokenSource = WebIdentityTokenSource.From(name, get);
        await using var credentials = new WebIdentityTokenCredentials(options);

        await credentials.GetCredentialsAsync(Cancel);

        Assert.Single(_aws.Sts.Calls);
    }

    private static async Task<WebApplication> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.Run(answer);
        await server.StartAsync(Cancel);
        return server;
    }

    private static string AddressOf(WebApplication server) =>
        server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}
