using Amazon.Runtime;
using BenchmarkDotNet.Attributes;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.Benchmarks;

/// <summary>What every request pays: the cached hit, ours beside the SDK's.</summary>
[MemoryDiagnoser]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "BenchmarkDotNet calls CleanUpAsync.")]
public class HotPath
{
    private LocalAws _aws = null!;
    private WebIdentityTokenCredentials _ours = null!;
    private AssumeRoleWithWebIdentityCredentials _stock = null!;

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _aws = await LocalAws.StartAsync();
        var options = new IrsaOptions();
        _aws.Configure(options);
        _ours = new WebIdentityTokenCredentials(options);
        _stock = Stock.Create(_aws);
        await _ours.GetCredentialsAsync();
        await _stock.GetCredentialsAsync();
    }

    [GlobalCleanup]
    public async Task CleanUpAsync()
    {
        _stock.Dispose();
        await _ours.DisposeAsync();
        await _aws.DisposeAsync();
    }

    [Benchmark(Baseline = true)]
    public Task<ImmutableCredentials> StockAsync() => _stock.GetCredentialsAsync();

    [Benchmark]
    public Task<ImmutableCredentials> OursAsync() => _ours.GetCredentialsAsync();

    [Benchmark]
    public ImmutableCredentials StockSync() => _stock.GetCredentials();

    [Benchmark]
    public ImmutableCredentials OursSync() => _ours.GetCredentials();
}
