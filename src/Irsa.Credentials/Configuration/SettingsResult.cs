using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Configuration;

/// <summary>The judged settings, or everything that is wrong with them.</summary>
/// <param name="Settings">Null when there is any fault.</param>
/// <param name="Faults">All of them, in the order in which a person would look.</param>
/// <param name="NotInjected">Neither a role nor a token file comes from anywhere.</param>
internal sealed record SettingsResult(IrsaSettings? Settings, IReadOnlyList<Failure> Faults, bool NotInjected)
{
    /// <exception cref="IrsaException">There is any fault; the message lists them all.</exception>
    public IrsaSettings Require() => Settings ?? throw Fault()!;

    /// <summary>What is wrong, as one exception; null where nothing is.</summary>
    public IrsaException? Fault() => Faults.Count == 0 ? null : Failure.Combine(Faults).ToException();
}
