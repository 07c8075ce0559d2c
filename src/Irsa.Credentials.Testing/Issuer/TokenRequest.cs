using System.Text.Json.Nodes;

namespace Irsa.Credentials.Testing;

/// <summary>The claims of a new token. A property that is null has the value that the kubelet would request.</summary>
public sealed class TokenRequest
{
    /// <summary>Gets or sets the Kubernetes namespace of the service account; the default is <see cref="LocalAwsOptions.Namespace"/>.</summary>
    public string? Namespace { get; set; }

    /// <summary>Gets or sets the name of the service account; the default is <see cref="LocalAwsOptions.ServiceAccount"/>.</summary>
    public string? ServiceAccount { get; set; }

    /// <summary>Gets or sets the name of the pod; the default is <see cref="LocalAwsOptions.PodName"/>.</summary>
    public string? PodName { get; set; }

    /// <summary>Gets or sets the uid of the pod; by default all tokens of a server have the same.</summary>
    public string? PodUid { get; set; }

    /// <summary>Gets or sets the name of the node; the default is <c>node-0</c>.</summary>
    public string? NodeName { get; set; }

    /// <summary>Gets or sets the audience; the default is <c>sts.amazonaws.com</c>.</summary>
    public string? Audience { get; set; }

    /// <summary>Gets or sets the <c>iss</c> claim; the default is <see cref="LocalIssuer.Url"/>.</summary>
    public string? Issuer { get; set; }

    /// <summary>Gets or sets the time of issue; the default is the time of the server.</summary>
    public DateTimeOffset? IssuedAt { get; set; }

    /// <summary>Gets or sets the lifetime from the time of issue; the default is <see cref="LocalAwsOptions.TokenLifetime"/>. With 0 or less the token is expired.</summary>
    public TimeSpan? Lifetime { get; set; }

    /// <summary>Gets or sets a value indicating whether the token is signed with an unpublished key under the key id of a published one.</summary>
    public bool InvalidSignature { get; set; }

    /// <summary>Gets or sets a delegate that changes the claims last, for tokens that the other properties cannot describe.</summary>
    public Action<JsonObject>? ChangeClaims { get; set; }
}
