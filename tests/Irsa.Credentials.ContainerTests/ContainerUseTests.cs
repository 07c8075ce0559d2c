using System.Runtime.CompilerServices;
using Amazon.S3;
using Autofac.Extensions.DependencyInjection;
using Irsa.Credentials.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Irsa.Credentials.ContainerTests;

/// <summary>Ways to use a container that real applications have, each reported once as a trap.</summary>
[Collection(nameof(ContainerOrderTests))]
public sealed class ContainerUseTests : IAsyncLifetime
{
    private const string Billing = "arn:aws:iam::111122223333:role/billing";

    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(cancellationToken: Cancel);
        _aws.Sts.AddRole(Billing, _aws.TrustPolicyOf(Billing).ToJson());
    }

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Clients_in_the_constructor_of_a_hosted_service_sign_with_the_role_of_their_key(bool isAutofac)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        if (isAutofac)
        {
            builder.ConfigureContainer(new AutofacServiceProviderFactory());
        }

        // Before AddIrsaAws, as those of a library are.
        builder.Services.AddHostedService<Lister>();
        builder.Services.AddIrsaAws(_aws.Configure).AddClient<IAmazonS3, AmazonS3Config>(_aws.Configure);
        builder.Services.AddIrsaAws("billing", options =>
        {
            _aws.Configure(options);
            options.RoleArn = Billing;
        }).AddClient<IAmazonS3, AmazonS3Config>(_aws.Configure);
        using var host = builder.Build();

        await host.StartAsync(Cancel);
        var own = await host.Services.GetRequiredService<WebIdentityTokenCredentials>().GetCredentialsAsync(Cancel);
        var billing = await host.Services.GetRequiredKeyedService<WebIdentityTokenCredentials>("billing").GetCredentialsAsync(Cancel);
        await host.StopAsync(Cancel);

        Assert.NotEqual(own.AccessKey, billing.AccessKey);
        Assert.Equal([own.AccessKey, billing.AccessKey], _aws.S3.Calls.Select(static call => call.AccessKeyId));
    }

    [Fact]
    public async Task The_old_web_host_refuses_what_the_new_one_refuses_and_fetches_the_first_credentials()
    {
#pragma warning disable CS0618, ASPDEPR004, ASPDEPR008 // What is tested is the old host.
        IWebHost Build(Action<IServiceCollection> register) =>
            new WebHostBuilder().UseKestrel().UseUrls("http://127.0.0.1:0").Configure(static _ => { }).ConfigureServices(register).Build();
#pragma warning restore CS0618, ASPDEPR004, ASPDEPR008

        using (var right = Build(services => services.AddIrsaAws(_aws.Configure).AddClient<IAmazonS3, AmazonS3Config>(_aws.Configure)))
        {
            await right.StartAsync(Cancel);
            Assert.Single(_aws.Sts.Calls);
        }

        using var wrong = Build(services =>
        {
            services.AddIrsaAws(_aws.Configure);
            services.AddAWSService<IAmazonS3>(new Amazon.Extensions.NETCore.Setup.AWSOptions(), (config, _) => _aws.Configure(config));
        });
        var error = await Assert.ThrowsAsync<IrsaException>(() => wrong.StartAsync(Cancel));
        Assert.Equal("IRSA501", error.Id);
    }

    [Fact]
    public async Task Five_hundred_identities_that_nobody_disposes_are_collected()
    {
        var alive = await MakeAsync(500);

        for (var i = 0; i < 20 && alive.Any(static one => one.TryGetTarget(out _)); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }

        // The frames of the last calls may hold a few.
        Assert.InRange(alive.Count(static one => one.TryGetTarget(out _)), 0, 5);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<List<WeakReference<WebIdentityTokenCredentials>>> MakeAsync(int count)
    {
        var made = new List<WeakReference<WebIdentityTokenCredentials>>();
        for (var i = 0; i < count; i++)
        {
            var options = new IrsaOptions();
            _aws.Configure(options);
            var credentials = new WebIdentityTokenCredentials(options);
            await credentials.GetCredentialsAsync(Cancel);
            made.Add(new WeakReference<WebIdentityTokenCredentials>(credentials));
        }

        return made;
    }

    private sealed class Lister(IAmazonS3 own, [FromKeyedServices("billing")] IAmazonS3 billing) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await own.ListBucketsAsync(cancellationToken);
            await billing.ListBucketsAsync(cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
