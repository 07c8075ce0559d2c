using System.Runtime.CompilerServices;

namespace Irsa.Credentials.Refresh;

/// <summary>Builds the stand-in tasks of async methods.</summary>
internal sealed class TaskMethodBuilder<T>
{
    private readonly AsyncSteps _steps = new();

    public Task<T> Task { get; } = new();

    public static TaskMethodBuilder<T> Create() => new();

    public void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => stateMachine.MoveNext();

    public void SetStateMachine(IAsyncStateMachine stateMachine) => ArgumentNullException.ThrowIfNull(stateMachine);

    public void SetResult(T result) => Task.TryEnd(result, null);

    public void SetException(Exception exception) => Task.TryEnd(default!, exception);

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => _steps.Await(ref awaiter, ref stateMachine);

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => _steps.Await(ref awaiter, ref stateMachine);
}
