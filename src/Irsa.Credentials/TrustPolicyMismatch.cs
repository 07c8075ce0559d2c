using System.Globalization;

namespace Irsa.Credentials;

/// <summary>One element of a role's trust policy that does not fit the token, and why.</summary>
public sealed record TrustPolicyMismatch
{
    /// <summary>Gets where the element stands, for instance <c>Statement[0].Condition.StringEquals["HOST/id/ID:sub"]</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the statement's place in the policy, counted from 0; null for what concerns the whole policy.</summary>
    public int? StatementIndex { get; init; }

    /// <summary>Gets the line of the element in the text compared, counted from 1; null when it has none.</summary>
    public int? Line { get; init; }

    /// <summary>Gets what stands there; null when the element is missing.</summary>
    public string? Seen { get; init; }

    /// <summary>Gets what the token needs there; null when nothing should stand there.</summary>
    public string? Needed { get; init; }

    /// <summary>Gets why it does not fit, as a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>Gets what to change.</summary>
    public required string Remedy { get; init; }

    /// <summary>Gets what it means for the token; the default is <see cref="TrustPolicyMismatchKind.Refuses"/>.</summary>
    public TrustPolicyMismatchKind Kind { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Line is { } line ? $"line {line}, " : string.Empty)}{Path}: {Reason} {Remedy}");
}
