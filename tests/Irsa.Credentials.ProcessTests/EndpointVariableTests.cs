using Amazon.Runtime;
using Amazon.S3;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.ProcessTests;

/// <summary>The variables that name a service's endpoint, as templates and typing mistakes leave them, and a client of <c>AddClient</c>.</summary>
[Collection(nameof(Sequence))]
public sealed class EndpointVariableTests : IAsyncLifetime
{
    private const string Own = "AWS_ENDPOINT_URL_S3";
    private const string ForAll = "AWS_ENDPOINT_URL";

    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Cancel);

    public ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable(Own, null);
        Environment.SetEnvironmentVariable(ForAll, null);
        return _aws.DisposeAsync();
    }

    [Theory]
    [InlineData("", null, null)]
    [InlineData(" ", null, null)]
    [InlineData(null, "", null)]
    [InlineData(null, " ", null)]
    [InlineData("", "http://127.0.0.1:7/", "http://127.0.0.1:7/")]
    [InlineData("http://127.0.0.1:8/", "", "http://127.0.0.1:8/")]
    [InlineData("http://127.0.0.1:8/", "http://127.0.0.1:7/", "http://127.0.0.1:8/")]
    public void An_empty_variable_is_none(string? own, string? forAll, string? endpoint)
    {
        Environment.SetEnvironmentVariable(Own, own);
        Environment.SetEnvironmentVariable(ForAll, forAll);

        using var container = Container(static _ => { });
        var config = container.GetRequiredService<IAmazonS3>().Config;

        Assert.Equal(endpoint, config.ServiceURL);
        Assert.Equal(_aws.Region, endpoint is null ? config.RegionEndpoint.SystemName : config.AuthenticationRegion);
    }

    [Fact]
    public void What_is_no_address_is_an_error_that_names_the_variable()
    {
        Environment.SetEnvironmentVariable(Own, "minio");
        using var container = Container(static _ => { });

        var error = Assert.Throws<IrsaException>(container.GetRequiredService<IAmazonS3>);

        Assert.Equal("IRSA112", error.Id);
        Assert.Contains("AWS_ENDPOINT_URL_S3 names an endpoint for S3 that is not an absolute http or https URL", error.Message, StringComparison.Ordinal);
    }

    /// <summary>What the application's code says comes last.</summary>
    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task An_endpoint_in_code_makes_the_variable_irrelevant(string variable)
    {
        Environment.SetEnvironmentVariable(Own, variable);
        await using var container = Container(_aws.Configure);

        await container.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel);
    }

    private ServiceProvider Container(Action<ClientConfig> configure)
    {
        var services = new ServiceCollection();
        services.AddIrsaAws(_aws.Configure).AddClient<IAmazonS3, ClientConfig>(configure);
        return services.BuildServiceProvider();
    }
}
