using System.Runtime.CompilerServices;

namespace Irsa.Credentials.Refresh;

[AsyncMethodBuilder(typeof(ValueTaskMethodBuilder<>))]
internal readonly struct ValueTask<T>(Task<T> task)
{
    public ValueTask(T result)
        : this(Refresh.Task.FromResult(result))
    {
    }

    public Task<T> AsTask() => task;

    public TaskAwaiter<T> GetAwaiter() => new(task);

    public Task<T> ConfigureAwait(bool continueOnCapturedContext) => task;
}
