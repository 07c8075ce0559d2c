using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Refresh;

/// <summary>How an exchange ended: exactly one of <see cref="Result"/> and <see cref="Failure"/> is set.</summary>
/// <remarks>A class, because each struct that a task returns costs the JIT 32 methods of its own at start.</remarks>
internal sealed class ExchangeOutcome
{
    private ExchangeOutcome(ExchangeResult? result, Failure? failure, object? inputVersion)
    {
        Result = result;
        Failure = failure;
        InputVersion = inputVersion;
    }

    public ExchangeResult? Result { get; }

    public Failure? Failure { get; }

    /// <summary>Gets the version of the input that this exchange read, within its time limit; null where it read none.</summary>
    public object? InputVersion { get; }

    public static ExchangeOutcome Succeeded(ExchangeResult result, object? inputVersion) => new(result, null, inputVersion);

    public static ExchangeOutcome Failed(Failure failure, object? inputVersion) => new(null, failure, inputVersion);
}
