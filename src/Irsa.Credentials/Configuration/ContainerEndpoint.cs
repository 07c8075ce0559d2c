namespace Irsa.Credentials.Configuration;

/// <summary>An endpoint that gives credentials to the containers of one machine: the agent of EKS Pod Identity, or ECS's.</summary>
internal sealed class ContainerEndpoint
{
    public required Uri Address { get; init; }

    /// <summary>Gets the file with the token; null where the endpoint wants none, or <see cref="Token"/>.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Gets the token that a variable holds. Secret.</summary>
    public string? Token { get; init; }

    /// <summary>Gets the role that the application expects; null for whichever the endpoint gives.</summary>
    public string? ExpectedRole { get; init; }

    /// <summary>Gets the endpoint as errors and logs name it.</summary>
    public string Name => IsPodIdentity ? "EKS Pod Identity" : "the container credentials endpoint";

    private bool IsPodIdentity => TokenFile is not null;

    /// <summary>Never prints the token.</summary>
    public override string ToString() => Name;
}
