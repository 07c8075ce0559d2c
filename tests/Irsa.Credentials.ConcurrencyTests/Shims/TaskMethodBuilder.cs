using System.Runtime.CompilerServices;

namespace Irsa.Credentials.Refresh;

/// <summary>Builds the stand-in tasks of async methods.</summary>
internal sealed class TaskMethodBuilder
{
    private readonly AsyncSteps _steps = new();

    public Task Task { get; } = new();

    public static TaskMethodBuilder Create() => new();

    public void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => stateMachine.MoveNext();

    public void SetStateMachine(IAsyncStateMachine stateMachine) => ArgumentNullException.ThrowIfNull(stateMachine);

    public void SetResult() => Task.TryEnd(null);

    public void SetException(Exception exception) => Task.TryEnd(exception);

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => _steps.Await(ref awaiter, ref stateMachine);

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => _steps.Await(ref awaiter, ref stateMachine);
}
