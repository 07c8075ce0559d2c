using System.Runtime.CompilerServices;
using Irsa.Credentials.ConcurrencyTests.Scheduling;

namespace Irsa.Credentials.Refresh;

/// <summary>
/// A task whose continuations the scheduler runs, each as an operation of its own: it may come before the completing code goes on, which
/// is the inline case, or at any time after it.
/// </summary>
[AsyncMethodBuilder(typeof(TaskMethodBuilder))]
internal class Task
{
    private readonly List<Action> _continuations = [];
    private Exception? _exception;
    private bool _isObserved;

    public Task() => Made.Add(this);

    /// <summary>Gets all tasks of the running schedule.</summary>
    public static List<Task> Made { get; } = [];

    public bool IsCompleted { get; private set; }

    public Exception? Unobserved => _isObserved || _exception is OperationCanceledException ? null : _exception;

    public static Task Run(Action body)
    {
        var task = new Task();
        Scheduler.Current.Spawn("run", () =>
        {
            body();
            task.TryEnd(null);
        });
        return task;
    }

    public static Task<T> Run<T>(Func<T> body)
    {
        var task = new Task<T>();
        Scheduler.Current.Spawn("run", () => task.TryEnd(body(), null));
        return task;
    }

    public static Task Run(Func<Task> body)
    {
        var task = new Task();
        Scheduler.Current.Spawn("run", () =>
        {
            var inner = body();
            inner.OnCompleted(() => task.TryEnd(inner.TakeException()));
        });
        return task;
    }

    public static Task<T> Run<T>(Func<Task<T>> body)
    {
        var task = new Task<T>();
        Scheduler.Current.Spawn("run", () =>
        {
            var inner = body();
            inner.OnCompleted(() => inner.PassTo(task));
        });
        return task;
    }

    public static Task Delay(TimeSpan delay, TimeProvider time, CancellationToken cancellationToken)
    {
        var task = new Task();
        var end = ((ConcurrencyTests.ControlledTime)time).After((long)delay.TotalMilliseconds, () => task.TryEnd(null));
        cancellationToken.Register(() =>
        {
            end();
            task.TryEnd(new OperationCanceledException(cancellationToken));
        });
        return task;
    }

    public static Task<Task> WhenAny(Task one, Task other)
    {
        var first = new Task<Task>();
        one.OnCompleted(() => first.TryEnd(one, null));
        other.OnCompleted(() => first.TryEnd(other, null));
        return first;
    }

    public static Task<T> FromResult<T>(T result)
    {
        var task = new Task<T>();
        task.TryEnd(result, null);
        return task;
    }

    public Exception? TakeException()
    {
        _isObserved = true;
        return _exception;
    }

    public void Wait() => Scheduler.Current.WaitFor(() => IsCompleted, "wait");

    public bool Wait(TimeSpan longest)
    {
        var time = ConcurrencyTests.World.Current.Time;
        var until = time.Milliseconds + (long)longest.TotalMilliseconds;
        time.After(until - time.Milliseconds, static () => { });
        Scheduler.Current.WaitFor(() => IsCompleted || time.Milliseconds >= until, "wait");
        return IsCompleted;
    }

    public void OnCompleted(Action continuation)
    {
        if (IsCompleted)
        {
            Scheduler.Current.Spawn("continuation", continuation);
        }
        else
        {
            _continuations.Add(continuation);
        }
    }

    public bool TryEnd(Exception? exception)
    {
        if (IsCompleted)
        {
            return false;
        }

        _exception = exception;
        IsCompleted = true;
        foreach (var continuation in _continuations)
        {
            Scheduler.Current.Spawn("continuation", continuation);
        }

        return true;
    }

    public TaskAwaiter GetAwaiter() => new(this);

    public Task ConfigureAwait(bool continueOnCapturedContext) => this;
}
