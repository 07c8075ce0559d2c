namespace Irsa.Credentials;

/// <summary>What one check of <see cref="IrsaDoctor"/> found. Holds no secret.</summary>
public sealed record DoctorCheck
{
    /// <summary>Gets the position in the report, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Gets the stable name, for instance <c>token file</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Gets how the check ended.</summary>
    public required DoctorVerdict Verdict { get; init; }

    /// <summary>Gets what was seen, in sentences.</summary>
    public required string Seen { get; init; }

    /// <summary>Gets what to do; null if there is nothing to do.</summary>
    public string? Remedy { get; init; }

    /// <summary>Gets the id of the worst finding, for instance <c>IRSA301</c> (docs/errors.md); null if it has none.</summary>
    public string? ErrorId { get; init; }

    /// <summary>Gets the ids of all findings of the check, <see cref="ErrorId"/> first; empty if none has an id.</summary>
    public IReadOnlyList<string> ErrorIds { get; init; } = [];

    /// <summary>Gets a document of several lines that belongs to the check, for instance the statement that the role's trust policy needs; null without one.</summary>
    public string? Details { get; init; }
}
