using System.Runtime.CompilerServices;

namespace Irsa.Credentials.Refresh;

/// <summary>The one boxed state machine of an async method; a class, so that all copies of the builder share it.</summary>
internal sealed class AsyncSteps
{
    private IAsyncStateMachine? _boxed;

    public void Await<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        _boxed ??= stateMachine;
        awaiter.OnCompleted(_boxed.MoveNext);
    }
}
