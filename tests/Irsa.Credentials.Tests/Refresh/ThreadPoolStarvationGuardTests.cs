using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Tests.Refresh;

/// <summary>The pool's minimum is one for the process, so nothing else runs beside these tests.</summary>
[CollectionDefinition(nameof(ThreadPoolStarvationGuardTests), DisableParallelization = true)]
[Collection(nameof(ThreadPoolStarvationGuardTests))]
public sealed class ThreadPoolStarvationGuardTests : IDisposable
{
    private const int Callers = 5;

    private readonly int _before = Minimum;

    private static int Minimum
    {
        get
        {
            ThreadPool.GetMinThreads(out var minimum, out _);
            return minimum;
        }

        set
        {
            ThreadPool.GetMinThreads(out _, out var ports);
            Assert.True(ThreadPool.SetMinThreads(value, ports));
        }
    }

    public void Dispose() => Minimum = _before;

    [Fact]
    public async Task While_callers_hold_threads_of_the_pool_it_has_as_many_more_and_afterwards_as_many_as_before()
    {
        Minimum = Environment.ProcessorCount;
        for (var round = 0; round < 2; round++)
        {
            var (ended, waiting) = await HoldAsync();
            Assert.InRange(Minimum, Callers + Environment.ProcessorCount, int.MaxValue);

            ended.SetResult();
            Assert.All(await Task.WhenAll(waiting), Assert.True);

            Assert.Equal(Environment.ProcessorCount, Minimum);
        }
    }

    [Fact]
    public async Task A_minimum_that_the_application_has_set_meanwhile_is_kept()
    {
        Minimum = Environment.ProcessorCount;
        var (ended, waiting) = await HoldAsync();

        Minimum = 77;
        ended.SetResult();
        await Task.WhenAll(waiting);

        Assert.Equal(77, Minimum);
    }

    [Fact]
    public async Task A_minimum_that_the_application_has_set_afterwards_is_kept_too_even_if_it_is_the_one_that_was_needed()
    {
        Minimum = Environment.ProcessorCount;
        var (ended, waiting) = await HoldAsync();
        var needed = Minimum;
        ended.SetResult();
        await Task.WhenAll(waiting);

        Minimum = needed;
        (ended, waiting) = await HoldAsync(2 * Callers);
        Assert.InRange(Minimum, needed + 1, int.MaxValue);
        ended.SetResult();
        await Task.WhenAll(waiting);

        Assert.Equal(needed, Minimum);
    }

    [Fact]
    public async Task A_minimum_that_suffices_is_left_alone()
    {
        Minimum = 77;
        var (ended, waiting) = await HoldAsync();

        Assert.Equal(77, Minimum);
        ended.SetResult();
        await Task.WhenAll(waiting);

        Assert.Equal(77, Minimum);
    }

    /// <summary>Callers that wait on threads of the pool. Each raises the minimum before it waits; the last one to come has raised it for all.</summary>
    private static async Task<(TaskCompletionSource Ended, Task<bool>[] Waiting)> HoldAsync(int callers = Callers)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var come = new CountdownEvent(callers);
        var waiting = Enumerable.Range(0, callers).Select(_ => Task.Run(() => ThreadPoolStarvationGuard.Wait(Announced(come, ended.Task), TimeSpan.FromMinutes(5)))).ToArray();
        await Task.Run(come.Wait, TestContext.Current.CancellationToken);
        await Eventually.IsTrueAsync(() => Minimum >= callers + Environment.ProcessorCount, TestContext.Current.CancellationToken);
        return (ended, waiting);
    }

    private static Task Announced(CountdownEvent come, Task task)
    {
        come.Signal();
        return task;
    }
}
