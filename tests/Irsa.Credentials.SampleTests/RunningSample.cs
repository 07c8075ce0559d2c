using Irsa.Credentials.Testing;

namespace Irsa.Credentials.SampleTests;

/// <summary>The service in a process of its own, on a LocalAws that the tests of one class share.</summary>
public sealed class RunningSample : IAsyncLifetime
{
    public const string Bucket = "bucket";

    private SampleProcess _process = null!;

    public LocalAws Aws { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public string Output => _process.Output;

    public async ValueTask InitializeAsync()
    {
        Aws = await LocalAws.StartAsync(static options => options.Buckets.Add(Bucket));
        (_process, Http) = await SampleProcess.StartAsync(SampleProcess.VariablesOf(Aws));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _process.DisposeAsync();
        await Aws.DisposeAsync();
    }
}
