using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Configuration;

/// <summary>What options and environment come to: the valid settings, or everything that is wrong with them. Immutable.</summary>
internal sealed record SettingsResult
{
    /// <summary>Gets the settings; null where there is any fault.</summary>
    public IrsaSettings? Settings { get; init; }

    /// <summary>Gets all faults, in the order in which a person would look.</summary>
    public required IReadOnlyList<Failure> Faults { get; init; }

    /// <summary>Gets the role that was named, valid or not; null where none was.</summary>
    public string? RoleArn { get; init; }

    /// <summary>Gets the token file that was named, valid or not; null where none was.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Gets the region that was named, valid or not; null where none was.</summary>
    public string? Region { get; init; }

    /// <summary>Gets a warning about how the options came to be; null where there is none.</summary>
    public Failure? Warning { get; init; }

    public WarmUpBehavior WarmUpAtStart { get; init; }

    /// <exception cref="IrsaException">There is any fault; the message lists them all.</exception>
    public IrsaSettings Require() => Settings ?? throw Fault()!;

    /// <summary>What is wrong, as one exception; null where nothing is.</summary>
    public IrsaException? Fault() => Faults.Count == 0 ? null : Failure.Combine(Faults).ToException();
}
