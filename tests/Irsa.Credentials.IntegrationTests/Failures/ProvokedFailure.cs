namespace Irsa.Credentials.IntegrationTests.Failures;

/// <summary>One way to fail, and what has to be said about it.</summary>
/// <param name="Name">What is wrong, in a few words; unique.</param>
/// <param name="Code">The id.</param>
/// <param name="IsPermanent">Whether waiting does not help; a permanent refusal costs exactly one call.</param>
/// <param name="Cause">Words that the message must hold.</param>
/// <param name="Remedy">Words that the remedy must hold.</param>
/// <param name="Provoke">Spoils the scene.</param>
internal sealed record ProvokedFailure(string Name, IrsaErrorCode Code, bool IsPermanent, string Cause, string Remedy, Action<FailureScenario> Provoke)
{
    /// <summary>Gets how many calls reach the local STS; null where they go elsewhere or nowhere.</summary>
    public int? StsCalls { get; init; }

    /// <summary>Gets a value indicating whether it takes options that only code can set, so that it cannot be run in a process of its own.</summary>
    public bool NeedsCode { get; init; }

    /// <summary>Gets why the row cannot be run here; null when it can.</summary>
    public string? Skip { get; init; }

    public override string ToString() => Name;
}
