using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Irsa.Credentials.Refresh;

internal readonly struct TaskAwaiter(Task task) : ICriticalNotifyCompletion
{
    public bool IsCompleted => task.IsCompleted;

    public void GetResult()
    {
        if (task.TakeException() is { } exception)
        {
            ExceptionDispatchInfo.Throw(exception);
        }
    }

    public void OnCompleted(Action continuation) => task.OnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation) => task.OnCompleted(continuation);
}

internal readonly struct TaskAwaiter<T>(Task<T> task) : ICriticalNotifyCompletion
{
    public bool IsCompleted
    {
        get
        {
            ConcurrencyTests.Scheduling.Scheduler.Current.Point("await");
            return task.IsCompleted;
        }
    }

    public T GetResult() => task.Result;

    public void OnCompleted(Action continuation) => task.OnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation) => task.OnCompleted(continuation);
}
