using System.Collections.Concurrent;

namespace Irsa.Credentials.ConcurrencyTests.Scheduling;

/// <summary>Threads that run one operation after another: a schedule has dozens, and a thread costs more than most of them.</summary>
internal static class Workers
{
    private static readonly ConcurrentBag<Worker> Idle = [];

    public static void Run(Action work) => (Idle.TryTake(out var worker) ? worker : new Worker()).Run(work);

    private sealed class Worker
    {
        private readonly SemaphoreSlim _given = new(0);
        private Action? _work;

        public Worker() => new System.Threading.Thread(Loop) { IsBackground = true }.Start();

        public void Run(Action work)
        {
            _work = work;
            _given.Release();
        }

        private void Loop()
        {
            while (true)
            {
                _given.Wait();
                _work!();
                Idle.Add(this);
            }
        }
    }
}
