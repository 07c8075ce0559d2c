using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.IntegrationTests.Failures;

/// <summary>
/// A pod in which something is about to go wrong: its variables, its options, a <see cref="LocalAws"/>, and what a row adds to them. Most
/// rows spoil variables, files and servers only, so that a process of its own can be run in the same scene.
/// </summary>
internal sealed class FailureScenario : IAsyncDisposable
{
    private readonly List<Func<ValueTask>> _cleanup = [];

    private FailureScenario(LocalAws aws)
    {
        Aws = aws;
        Folder = Directory.CreateTempSubdirectory("irsa-failure-").FullName;
        Variables = aws.Environment.ToDictionary(static pair => pair.Key, static pair => (string?)pair.Value);
        Variables["AWS_ENDPOINT_URL_STS"] = aws.Sts.Endpoint.AbsoluteUri;
        Token = File.ReadAllText(aws.Tokens.Path);
        _cleanup.Add(aws.DisposeAsync);
    }

    public LocalAws Aws { get; }

    /// <summary>Gets a folder of the row's own.</summary>
    public string Folder { get; }

    /// <summary>Gets what the process sees; null is not set.</summary>
    public Dictionary<string, string?> Variables { get; }

    /// <summary>Gets the token that was on disk at the start.</summary>
    public string Token { get; }

    /// <summary>Gets or sets what only code can set; rows without it can be run in a process of their own.</summary>
    public Action<IrsaOptions>? Options { get; set; }

    /// <summary>Gets the secrets beyond the token and those that every scene has.</summary>
    public List<string> Secrets { get; } = [];

    public string? this[string variable]
    {
        get => Variables.GetValueOrDefault(variable);
        set => Variables[variable] = value;
    }

    public static async Task<FailureScenario> StartAsync(CancellationToken cancellationToken) => new(await LocalAws.StartAsync(cancellationToken: cancellationToken));

    /// <summary>Points STS at a server that is disposed with the scene.</summary>
    public StubServer Serve(StubServer server, string scheme = "http")
    {
        _cleanup.Add(server.DisposeAsync);
        Variables["AWS_ENDPOINT_URL_STS"] = $"{scheme}://127.0.0.1:{server.Port}/";
        return server;
    }

    /// <summary>Keeps a server until the scene ends.</summary>
    public StubServer Keep(StubServer server)
    {
        _cleanup.Add(server.DisposeAsync);
        return server;
    }

    /// <summary>Puts a file of the row's own in the token's place.</summary>
    public string PlaceToken(string content)
    {
        var path = Path.Combine(Folder, "token");
        File.WriteAllText(path, content);
        Variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = path;
        return path;
    }

    public void Add(IServiceCollection services)
    {
        services.AddSingleton(new Configuration.InjectedEnvironment(name => Variables.GetValueOrDefault(name)));
        services.AddIrsaAws(options =>
        {
            options.MaxAttempts = 2;

            // By the machine's clock. A row that is about time sets its own; any other must not fail for want of it.
            options.AttemptTimeout = TimeSpan.FromMinutes(1);
            options.ExchangeTimeout = TimeSpan.FromMinutes(5);
            Options?.Invoke(options);
        });
    }

    public async ValueTask DisposeAsync()
    {
        _cleanup.Reverse();
        foreach (var cleanup in _cleanup)
        {
            await cleanup();
        }

        Directory.Delete(Folder, recursive: true);
    }
}
