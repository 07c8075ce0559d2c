using Amazon.SecurityToken;

namespace Irsa.Credentials.Configuration;

/// <summary>
/// Options and environment, merged and valid: what the rest of the library works with. Immutable.
/// </summary>
internal sealed record IrsaSettings
{
    public required string RoleArn { get; init; }

    public required string TokenFile { get; init; }

    /// <summary>Gets where the token comes from; null for <see cref="TokenFile"/>.</summary>
    public WebIdentityTokenSource? TokenSource { get; init; }

    /// <summary>Gets the endpoint that the first credentials come from; null for the web identity token, exchanged at STS.</summary>
    public ContainerEndpoint? Container { get; init; }

    /// <summary>Gets what takes the pod's place on a developer's machine; null in a pod.</summary>
    public DeveloperSource? Developer { get; init; }

    /// <summary>Gets the configured session name; null means that it is derived from the token at the exchange.</summary>
    public string? RoleSessionName { get; init; }

    public required string Region { get; init; }

    public Uri? StsEndpoint { get; init; }

    /// <summary>Gets where a file of the SDK names that endpoint; null where an option or a variable does.</summary>
    public string? StsEndpointFile { get; init; }

    public bool AllowUnencryptedSts { get; init; }

    public TimeSpan? SessionDuration { get; init; }

    public string? SessionPolicy { get; init; }

    public IReadOnlyList<string> SessionPolicyArns { get; init; } = [];

    /// <summary>Gets a value indicating whether the SDK is kept from reading endpoint variables, because one is set but empty.</summary>
    public bool IgnoresEndpointVariables { get; init; }

    public required double RefreshAtFraction { get; init; }

    public required TimeSpan ExpiryMargin { get; init; }

    public required TimeSpan AttemptTimeout { get; init; }

    public required TimeSpan ExchangeTimeout { get; init; }

    public required int MaxAttempts { get; init; }

    public ChainedRole? AssumeRole { get; init; }

    public Action<AmazonSecurityTokenServiceConfig>? ConfigureSts { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
