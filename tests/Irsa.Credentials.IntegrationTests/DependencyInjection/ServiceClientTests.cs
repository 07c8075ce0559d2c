using System.Collections.Concurrent;
using System.Net;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SecurityToken;
using Amazon.SQS;
using Irsa.Credentials.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.IntegrationTests.DependencyInjection;

/// <summary>Clients of four services with two identities. SQS and DynamoDB are answered by a server that looks at key and token only.</summary>
public sealed class ServiceClientTests : IAsyncLifetime
{
    private const string Reports = "arn:aws:iam::111122223333:role/reports";

    private readonly ConcurrentQueue<(string Authorization, string Token)> _seen = [];
    private LocalAws _aws = null!;
    private WebApplication _server = null!;
    private ServiceProvider _provider = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(cancellationToken: Cancel);
        _aws.Sts.AddRole(Reports, _aws.TrustPolicyOf(Reports).ToJson());
        _server = await StartServerAsync();
        var services = new ServiceCollection();
        Register(services.AddIrsaAws(_aws.Configure));
        Register(services.AddIrsaAws("reports", options =>
        {
            _aws.Configure(options);
            options.RoleArn = Reports;
        }));
        _provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        await _server.DisposeAsync();
        await _aws.DisposeAsync();
    }

    [Theory]
    [InlineData(null, "local-app")]
    [InlineData("reports", "reports")]
    public async Task Every_client_signs_with_the_role_it_was_registered_for(string? name, string role)
    {
        await Client<IAmazonS3>(name).ListBucketsAsync(Cancel);
        await Client<IAmazonSQS>(name).ListQueuesAsync("prefix", Cancel);
        await Client<IAmazonDynamoDB>(name).ListTablesAsync(Cancel);
        var caller = await Client<IAmazonSecurityTokenService>(name).GetCallerIdentityAsync(new(), Cancel);

        var credentials = name is null ? _provider.GetRequiredService<WebIdentityTokenCredentials>() : _provider.GetRequiredKeyedService<WebIdentityTokenCredentials>(name);
        var keys = await credentials.GetCredentialsAsync(Cancel);
        Assert.Equal($"arn:aws:sts::111122223333:assumed-role/{role}/app-0", caller.Arn);
        Assert.Equal(keys.AccessKey, Assert.Single(_aws.S3.Calls).AccessKeyId);
        Assert.Equal(2, _seen.Count);
        Assert.All(_seen, request =>
        {
            Assert.Contains($"Credential={keys.AccessKey}/", request.Authorization, StringComparison.Ordinal);
            Assert.Contains("/eu-central-1/", request.Authorization, StringComparison.Ordinal);
            Assert.Equal(keys.Token, request.Token);
        });
        Assert.Single(_aws.Sts.Calls, static call => call.Action == "AssumeRoleWithWebIdentity");
    }

    [Theory]
    [InlineData("S3")]
    [InlineData("SQS")]
    [InlineData("DynamoDB")]
    [InlineData("STS")]
    public async Task A_call_of_any_client_waits_for_credentials_without_a_thread_and_ends_when_it_is_cancelled(string service)
    {
        Func<CancellationToken, Task> call = service switch
        {
            "S3" => cancel => Client<IAmazonS3>(null).ListBucketsAsync(cancel),
            "SQS" => cancel => Client<IAmazonSQS>(null).ListQueuesAsync("prefix", cancel),
            "DynamoDB" => cancel => Client<IAmazonDynamoDB>(null).ListTablesAsync(cancel),
            _ => cancel => Client<IAmazonSecurityTokenService>(null).GetCallerIdentityAsync(new(), cancel),
        };
        var gate = new TaskCompletionSource();
        _aws.Sts.Faults.Next(Fault.Gate(gate.Task));
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        // Each would hold this very thread until the exchange ends, if any part of the SDK waited for it synchronously.
        var left = Enumerable.Range(0, 100).Select(_ => call(leaving.Token)).ToList();
        var stays = call(Cancel);
        await _aws.Sts.WaitForCallsAsync(1, Cancel);
        Assert.DoesNotContain(left, static task => task.IsCompleted);
        await leaving.CancelAsync();

        foreach (var task in left)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        }

        Assert.False(stays.IsCompleted);
        gate.SetResult();
        await stays;
        Assert.Single(_aws.Sts.Calls, static made => made.Action == "AssumeRoleWithWebIdentity");
    }

    [Fact]
    public void Clients_are_singletons_and_those_of_two_names_differ()
    {
        Assert.Same(Client<IAmazonSQS>(null), Client<IAmazonSQS>(null));
        Assert.Same(Client<IAmazonSQS>("reports"), Client<IAmazonSQS>("reports"));
        Assert.NotSame(Client<IAmazonSQS>(null), Client<IAmazonSQS>("reports"));
    }

    [Fact]
    public async Task The_container_disposes_clients_before_their_credentials()
    {
        var sqs = Client<IAmazonSQS>(null);
        await _provider.GetRequiredService<WebIdentityTokenCredentials>().GetCredentialsAsync(Cancel);

        await _provider.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => sqs.ListQueuesAsync("prefix", Cancel));
    }

    private void Register(IrsaAwsBuilder builder) => builder
        .AddClient<IAmazonS3, AmazonS3Config>(_aws.Configure)
        .AddClient<IAmazonSQS, AmazonSQSConfig>(PointAtServer)
        .AddClient<IAmazonDynamoDB, AmazonDynamoDBConfig>(PointAtServer)
        .AddClient<IAmazonSecurityTokenService, AmazonSecurityTokenServiceConfig>(config => config.ServiceURL = _aws.Sts.Endpoint.AbsoluteUri);

    private void PointAtServer(ClientConfig config) => config.ServiceURL = _server.Urls.First();

    private TClient Client<TClient>(string? name)
        where TClient : class, IAmazonService => name is null ? _provider.GetRequiredService<TClient>() : _provider.GetRequiredKeyedService<TClient>(name);

    private async Task<WebApplication> StartServerAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = builder.Build();
        server.Run(context =>
        {
            _seen.Enqueue((context.Request.Headers.Authorization.ToString(), context.Request.Headers["x-amz-security-token"].ToString()));
            context.Response.ContentType = "application/x-amz-json-1.0";
            return context.Response.WriteAsync("""{"QueueUrls":[],"TableNames":[]}""", Cancel);
        });
        await server.StartAsync(Cancel);
        return server;
    }
}
