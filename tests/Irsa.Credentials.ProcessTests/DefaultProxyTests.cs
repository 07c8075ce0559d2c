using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Irsa.Credentials.ProcessTests;

/// <summary>
/// The proxy of the process, as HTTPS_PROXY names it: with user and password in its address. It refuses the tunnel, and nothing shows the password.
/// </summary>
[Collection(nameof(Sequence))]
public sealed class DefaultProxyTests : IAsyncLifetime
{
    private const string Password = "S3cret.of-the-default-proxy.0123456789";
    private const string Token = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL29pZGMuZXhhbXBsZSIsInN1YiI6InN5c3RlbTpzZXJ2aWNlYWNjb3VudDpwYXk6cGF5IiwiYXVkIjpbInN0cy5hbWF6b25hd3MuY29tIl0sImV4cCI6NDEwMjQ0NDgwMH0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg";

    private readonly IWebProxy _before = HttpClient.DefaultProxy;
    private readonly StubServer _proxy = StubServer.Answering(static _ => "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    private readonly string _token = Path.GetTempFileName();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_token, Token, Cancel);
        HttpClient.DefaultProxy = new WebProxy($"http://alice:{Password}@127.0.0.1:{_proxy.Port}/");
    }

    public async ValueTask DisposeAsync()
    {
        HttpClient.DefaultProxy = _before;
        File.Delete(_token);
        await _proxy.DisposeAsync();
    }

    [Theory]
    [InlineData(CredentialSource.WebIdentity)]
    [InlineData(CredentialSource.PodIdentity)]
    public async Task Its_password_is_shown_nowhere(CredentialSource source)
    {
        using var hunt = new LeakHunt(Password);
        var services = new ServiceCollection().AddLogging(logs => logs.SetMinimumLevel(LogLevel.Trace).AddProvider(hunt));
        services.AddHealthChecks().AddIrsa();
        services.AddIrsaAws(options => Set(options, source));
        await using var container = services.BuildServiceProvider();
        var credentials = container.GetRequiredService<WebIdentityTokenCredentials>();

        hunt.Capture(await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel)));

        hunt.Capture(await container.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancel));
        hunt.Capture(credentials.Status);
        Assert.NotEqual(0, _proxy.Connections);
        Assert.Superset(new HashSet<string> { "exception", "health", "activity", "event", "log" }, hunt.Channels.ToHashSet());
        Assert.Empty(hunt.Leaks());
    }

    /// <summary>As .NET itself does, which looks for it at the first request.</summary>
    [Theory]
    [InlineData(CredentialSource.WebIdentity)]
    [InlineData(CredentialSource.PodIdentity)]
    public async Task One_that_the_application_sets_after_the_identity_was_made_is_used(CredentialSource source)
    {
        var proxy = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy("http://127.0.0.1:1/");
        await using var container = new ServiceCollection().AddIrsaAws(options => Set(options, source)).Services.BuildServiceProvider();
        var credentials = container.GetRequiredService<WebIdentityTokenCredentials>();
        HttpClient.DefaultProxy = proxy;

        await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        Assert.NotEqual(0, _proxy.Connections);
    }

    private void Set(IrsaOptions options, CredentialSource source)
    {
        (options.Source, options.Region, options.MaxAttempts) = (source, "eu-central-1", 1);
        if (source == CredentialSource.WebIdentity)
        {
            (options.RoleArn, options.WebIdentityTokenFile) = ("arn:aws:iam::111122223333:role/app", _token);
        }
        else
        {
            (options.ContainerCredentialsUri, options.ContainerTokenFile) = (new Uri("https://agent.example/v1/credentials"), _token);
        }
    }
}
