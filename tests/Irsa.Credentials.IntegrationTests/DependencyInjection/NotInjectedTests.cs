using Amazon.S3;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Irsa.Credentials.IntegrationTests.DependencyInjection;

/// <summary>Nothing is injected, and the process has keys in its environment.</summary>
public sealed class NotInjectedTests : IAsyncLifetime
{
    private readonly Dictionary<string, string> _variables = [];
    private readonly RecordingLoggerFactory _logs = new();
    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Cancel);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Theory]
    [InlineData(false, "Information")]
    [InlineData(true, "Warning")]
    public async Task Named_it_is_used_and_one_line_says_which_source_it_found_as_a_warning_in_a_cluster(bool inCluster, string level)
    {
        if (inCluster)
        {
            _variables["KUBERNETES_SERVICE_HOST"] = "172.20.0.1";
        }

        using var host = Build(static options => options.WhenNotInjected = NotInjectedBehavior.UseDefaultChain);
        await host.StartAsync(Cancel);

        await Assert.ThrowsAsync<AmazonS3Exception>(() => host.Services.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel));

        Assert.Equal(StaticKeysInEnvironment.AccessKeyId, Assert.Single(_aws.S3.Calls).AccessKeyId);
        var line = await _logs.LineAsync("UseDefaultChain", Cancel);
        Assert.Single(_logs.Lines, static line => line.Contains("UseDefaultChain", StringComparison.Ordinal));
        Assert.Contains("AWS identity: the SDK's default chain", line, StringComparison.Ordinal);
        Assert.StartsWith(level, line, StringComparison.Ordinal);
        Assert.Contains("EnvironmentVariablesAWSCredentials", line, StringComparison.Ordinal);
        Assert.DoesNotContain("AKIA", line, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Healthy, (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancel)).Status);
    }

    [Fact]
    public async Task With_the_default_chain_WebIdentityTokenCredentials_has_its_keys_and_says_so()
    {
        using var host = Build(static options => options.WhenNotInjected = NotInjectedBehavior.UseDefaultChain);
        await host.StartAsync(Cancel);
        var credentials = host.Services.GetRequiredService<WebIdentityTokenCredentials>();

        Assert.Equal(StaticKeysInEnvironment.AccessKeyId, (await credentials.GetCredentialsAsync(Cancel)).AccessKey);
        Assert.Equal("the SDK's default chain", credentials.Status.RoleArn);
    }

    [Fact]
    public async Task Not_named_it_is_never_tried()
    {
        using var host = Build(static _ => { });

        Assert.Contains("IRSA101", (await Assert.ThrowsAsync<IrsaException>(() => host.StartAsync(Cancel))).Message, StringComparison.Ordinal);
        Assert.Empty(_aws.S3.Calls);
    }

    [Fact]
    public async Task A_pod_on_Pod_Identity_is_told_so_and_how_to_accept_it()
    {
        _variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://169.254.170.23/v1/credentials";
        _variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token";
        using var host = Build(static _ => { });

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => host.StartAsync(Cancel));

        Assert.Contains("An EKS Pod Identity association takes precedence", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("set IrsaOptions.Source to PodIdentity", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_an_injection_is_an_error_even_where_the_default_chain_is_named()
    {
        _variables["AWS_ROLE_ARN"] = _aws.RoleArn;
        using var host = Build(static options => options.WhenNotInjected = NotInjectedBehavior.UseDefaultChain);

        Assert.Contains("IRSA103", (await Assert.ThrowsAsync<IrsaException>(() => host.StartAsync(Cancel))).Message, StringComparison.Ordinal);
    }

    private IHost Build(Action<IrsaOptions> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<ILoggerFactory>(_logs);
        builder.Services.AddSingleton(new InjectedEnvironment(name => _variables.GetValueOrDefault(name)));
        builder.Services.AddIrsaAws(options =>
        {
            options.Region = _aws.Region;
            configure(options);
        }).AddClient<IAmazonS3, AmazonS3Config>(_aws.Configure);
        builder.Services.AddHealthChecks().AddIrsa();
        return builder.Build();
    }
}
