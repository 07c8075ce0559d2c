using System.Globalization;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials;

/// <summary>An element of a role's trust policy that does not match the token, and why.</summary>
public sealed record TrustPolicyMismatch
{
    /// <summary>Gets the element's path, for instance <c>Statement[0].Condition.StringEquals["HOST/id/ID:sub"]</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the statement's position in the policy, from 0; null for what concerns the whole policy.</summary>
    public int? StatementIndex { get; init; }

    /// <summary>Gets the element's line in the compared text, from 1; null without one.</summary>
    public int? Line { get; init; }

    /// <summary>Gets the element's value; null if the element is missing.</summary>
    public string? Seen { get; init; }

    /// <summary>Gets the value that the token needs; null if the element should not exist.</summary>
    public string? Needed { get; init; }

    /// <summary>Gets why the element does not match the token, as a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>Gets what to change.</summary>
    public required string Remedy { get; init; }

    /// <summary>Gets the consequence for the token. The default is <see cref="TrustPolicyMismatchKind.Refuses"/>.</summary>
    public TrustPolicyMismatchKind Kind { get; init; }

    /// <inheritdoc/>
    public override string ToString() => DisplayText.Escape(string.Create(
        CultureInfo.InvariantCulture,
        $"{(Line is { } line ? $"line {line}, " : string.Empty)}{Path}: {Reason} {Remedy}"));
}
