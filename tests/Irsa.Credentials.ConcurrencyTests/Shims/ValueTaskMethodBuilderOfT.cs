using System.Runtime.CompilerServices;

namespace Irsa.Credentials.Refresh;

/// <summary>The same for the stand-in of ValueTask.</summary>
internal sealed class ValueTaskMethodBuilder<T>
{
    private readonly AsyncSteps _steps = new();
    private readonly Task<T> _task = new();

    public ValueTask<T> Task => new(_task);

    public static ValueTaskMethodBuilder<T> Create() => new();

    public void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => stateMachine.MoveNext();

    public void SetStateMachine(IAsyncStateMachine stateMachine) => ArgumentNullException.ThrowIfNull(stateMachine);

    public void SetResult(T result) => _task.TryEnd(result, null);

    public void SetException(Exception exception) => _task.TryEnd(default!, exception);

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => _steps.Await(ref awaiter, ref stateMachine);

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => _steps.Await(ref awaiter, ref stateMachine);
}
