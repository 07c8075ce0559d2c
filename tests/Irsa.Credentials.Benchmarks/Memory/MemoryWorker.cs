using System.Globalization;
using Amazon.Runtime;
using Irsa.Credentials.Benchmarks.Measuring;
using Irsa.Credentials.MeasuredApp;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.Benchmarks.Memory;

/// <summary>The process of one memory measurement; prints one line.</summary>
internal static class MemoryWorker
{
    public static async Task RunAsync(string what, bool isStock, int count)
    {
        var answer = what switch
        {
            "roles" => await RolesAsync(isStock, count),
            "callers" => await CallersAsync(isStock, count),
            "refreshes" => await RefreshesAsync(isStock, count),
            _ => await DroppedAsync(isStock, count),
        };
        Console.WriteLine(answer.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The heap with a container of that many named roles that all have credentials, less one of a single role.</summary>
    private static async Task<FormattableString> RolesAsync(bool isStock, int count)
    {
        using var aws = new InMemoryAws(TimeProvider.System);
        var first = isStock ? await StockAsync(1, aws) : await OursAsync(1, aws);
        var before = HeapSize();
        var all = isStock ? await StockAsync(count, aws) : await OursAsync(count, aws);
        var grown = HeapSize() - before;
        GC.KeepAlive(first);
        GC.KeepAlive(all);
        return $"{grown / (double)count:#,0}";
    }

    private static async Task<object> StockAsync(int count, InMemoryAws aws)
    {
        StockProvider.UseForSts(aws);
        var providers = new List<AssumeRoleWithWebIdentityCredentials>();
        for (var i = 0; i < count; i++)
        {
            var provider = new AssumeRoleWithWebIdentityCredentials(TokenFile, $"arn:aws:iam::111122223333:role/r{i}", "session");
            await provider.GetCredentialsAsync();
            providers.Add(provider);
        }

        return providers;
    }

    private static async Task<object> OursAsync(int count, InMemoryAws aws)
    {
        var services = new ServiceCollection();
        for (var i = 0; i < count; i++)
        {
            var role = $"arn:aws:iam::111122223333:role/r{i}";
            services.AddIrsaAws($"r{i}", options =>
            {
                options.RoleArn = role;
                options.ConfigureSts = aws.Configure;
            });
        }

        var container = services.BuildServiceProvider();
        for (var i = 0; i < count; i++)
        {
            await container.GetRequiredKeyedService<WebIdentityTokenCredentials>($"r{i}").GetCredentialsAsync();
        }

        return container;
    }

    /// <summary>Callers that all wait for the first credentials.</summary>
    private static async Task<FormattableString> CallersAsync(bool isStock, int count)
    {
        using var aws = new InMemoryAws(TimeProvider.System);
        var credentials = Create(isStock, aws, TimeProvider.System);
        _ = await Create(isStock, aws, TimeProvider.System).GetCredentialsAsync();
        var (callsBefore, answer) = (aws.StsCalls, aws.HoldSts());
        var before = HeapSize();
        var callers = new Task<ImmutableCredentials>[count];
        for (var i = 0; i < count; i++)
        {
            callers[i] = credentials.GetCredentialsAsync();
        }

        var grown = HeapSize() - before;
        answer.SetResult();
        await Task.WhenAll(callers);
        return $"{grown / (double)count:#,0} bytes each, {aws.StsCalls - callsBefore} STS calls";
    }

    private static async Task<FormattableString> RefreshesAsync(bool isStock, int count)
    {
        var time = new ManualTimeProvider();
        using var aws = new InMemoryAws(isStock ? TimeProvider.System : time);
        var credentials = Create(isStock, aws, time);
        await RefreshAsync(credentials, aws, time, 200);
        var (before, allocatedBefore) = (HeapSize(), GC.GetTotalAllocatedBytes(precise: true));
        await RefreshAsync(credentials, aws, time, count);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore;
        var grown = HeapSize() - before;
        GC.KeepAlive(credentials);
        return $"heap {grown / 1024.0:+0;-0;0} KiB, {allocated / (double)count / 1024:0.0} KiB allocated each";
    }

    private static async Task RefreshAsync(AWSCredentials credentials, InMemoryAws aws, ManualTimeProvider time, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var calls = aws.StsCalls;
            (credentials as AssumeRoleWithWebIdentityCredentials)?.ClearCredentials();
            time.Advance(TimeSpan.FromMinutes(70));
            await credentials.GetCredentialsAsync();
            if (aws.StsCalls == calls)
            {
                throw new InvalidOperationException("The credentials were not replaced.");
            }
        }
    }

    /// <summary>Providers that nobody uses any more and nobody disposed.</summary>
    private static async Task<FormattableString> DroppedAsync(bool isStock, int count)
    {
        using var aws = new InMemoryAws(TimeProvider.System);
        await DropAsync(isStock, aws, 1);
        var (before, timersBefore) = (HeapSize(), Timer.ActiveCount);
        await DropAsync(isStock, aws, count);
        var grown = HeapSize() - before;
        return $"{Timer.ActiveCount - timersBefore} timers, {grown / (double)count:#,0} bytes each";
    }

    private static async Task DropAsync(bool isStock, InMemoryAws aws, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Create(isStock, aws, TimeProvider.System).GetCredentialsAsync();
        }
    }

    private static AWSCredentials Create(bool isStock, InMemoryAws aws, TimeProvider time)
    {
        if (isStock)
        {
            StockProvider.UseForSts(aws);
            return AssumeRoleWithWebIdentityCredentials.FromEnvironmentVariables();
        }

        return new WebIdentityTokenCredentials(new IrsaOptions { ConfigureSts = aws.Configure }, null, time);
    }

    private static string TokenFile => Environment.GetEnvironmentVariable("AWS_WEB_IDENTITY_TOKEN_FILE")!;

    /// <summary>After what is not reachable is gone, finalizers included.</summary>
    private static long HeapSize()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
