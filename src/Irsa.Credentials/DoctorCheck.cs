namespace Irsa.Credentials;

/// <summary>What one check of <see cref="IrsaDoctor"/> found. Holds no secret.</summary>
public sealed record DoctorCheck
{
    /// <summary>Gets the place in the order in which a person would look, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Gets the stable name, for instance <c>token file</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Gets how the check ended.</summary>
    public required DoctorVerdict Verdict { get; init; }

    /// <summary>Gets what was seen, in sentences.</summary>
    public required string Seen { get; init; }

    /// <summary>Gets the next step; null where there is nothing to do.</summary>
    public string? Remedy { get; init; }

    /// <summary>Gets the id of the failure as the README lists it, for instance <c>IRSA301</c>; null where none applies.</summary>
    public string? ErrorId { get; init; }

    /// <summary>Gets a document of several lines that belongs to the check, such as the statement that the role's trust policy needs; null where there is none.</summary>
    public string? Details { get; init; }
}
