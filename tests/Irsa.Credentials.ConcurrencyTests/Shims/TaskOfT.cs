using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Irsa.Credentials.Refresh;

[AsyncMethodBuilder(typeof(TaskMethodBuilder<>))]
internal sealed class Task<T> : Task
{
    private T _result = default!;

    public T Result
    {
        get
        {
            if (!IsCompleted)
            {
                Wait();
            }

            if (TakeException() is { } exception)
            {
                ExceptionDispatchInfo.Throw(exception);
            }

            return _result;
        }
    }

    public bool TryEnd(T result, Exception? exception)
    {
        _result = IsCompleted ? _result : result;
        return TryEnd(exception);
    }

    public Task<T> WaitAsync(CancellationToken cancellationToken)
    {
        if (IsCompleted || !cancellationToken.CanBeCanceled)
        {
            return this;
        }

        var either = new Task<T>();
        var registration = cancellationToken.Register(() => either.TryEnd(default!, new OperationCanceledException(cancellationToken)));
        OnCompleted(() =>
        {
            registration.Unregister();
            PassTo(either);
        });
        return either;
    }

    public void PassTo(Task<T> other) => other.TryEnd(_result, TakeException());

    public new TaskAwaiter<T> GetAwaiter() => new(this);

    public new Task<T> ConfigureAwait(bool continueOnCapturedContext) => this;
}
