using System.Diagnostics;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.ProcessTests;

/// <summary>What a process pays for at its start.</summary>
[Collection(nameof(Sequence))]
public sealed class GoodDayTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Assemblies stay loaded, so it takes a process in which nothing has failed yet: this one again, with the test below only.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_process_whose_exchanges_succeed_does_not_load_Polly()
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, typeof(GoodDayTests).Assembly.GetName().Name!)) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-explicit");
        start.ArgumentList.Add("only");
        start.ArgumentList.Add("-method");
        start.ArgumentList.Add($"{typeof(GoodDayTests).FullName}.{nameof(Polly_is_loaded_by_the_first_failure)}");

        using var child = Process.Start(start)!;
        var errors = child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(child.ExitCode == 0 && output.Contains("Total: 1", StringComparison.Ordinal), output + await errors);
    }

    [Fact(Explicit = true)]
    public async Task Polly_is_loaded_by_the_first_failure()
    {
        await using var aws = await LocalAws.StartAsync(cancellationToken: Cancel);
        await UseAsync(aws);
        Assert.DoesNotContain("Polly", Loaded(), StringComparison.Ordinal);

        aws.Sts.Faults.Next(Fault.ServerError(503));
        await UseAsync(aws);
        Assert.Contains("Polly", Loaded(), StringComparison.Ordinal);
    }

    private static async Task UseAsync(LocalAws aws)
    {
        var options = new IrsaOptions();
        aws.Configure(options);
        await using var credentials = new WebIdentityTokenCredentials(options);
        Assert.NotNull(await credentials.GetCredentialsAsync(Cancel));
    }

    private static string Loaded() => string.Join(' ', AppDomain.CurrentDomain.GetAssemblies().Select(static assembly => assembly.GetName().Name));
}
