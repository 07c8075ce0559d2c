using System.Text.Json.Nodes;

namespace Irsa.Credentials.Testing;

/// <summary>What a minted token says. What is left null is as the kubelet would have it.</summary>
public sealed class TokenRequest
{
    /// <summary>Gets or sets the service account's namespace; the default is <see cref="LocalAwsOptions.Namespace"/>.</summary>
    public string? Namespace { get; set; }

    /// <summary>Gets or sets the service account's name; the default is <see cref="LocalAwsOptions.ServiceAccount"/>.</summary>
    public string? ServiceAccount { get; set; }

    /// <summary>Gets or sets the pod's name; the default is <see cref="LocalAwsOptions.PodName"/>.</summary>
    public string? PodName { get; set; }

    /// <summary>Gets or sets the pod's uid; the default is the same for all tokens of a server.</summary>
    public string? PodUid { get; set; }

    /// <summary>Gets or sets the node's name; the default is <c>node-0</c>.</summary>
    public string? NodeName { get; set; }

    /// <summary>Gets or sets the audience; the default is <c>sts.amazonaws.com</c>.</summary>
    public string? Audience { get; set; }

    /// <summary>Gets or sets the issuer that the token claims; the default is the local one.</summary>
    public string? Issuer { get; set; }

    /// <summary>Gets or sets the moment of issue; the default is now.</summary>
    public DateTimeOffset? IssuedAt { get; set; }

    /// <summary>Gets or sets how long the token lives from its issue; the default is <see cref="LocalAwsOptions.TokenLifetime"/>. 0 or less makes one that has expired.</summary>
    public TimeSpan? Lifetime { get; set; }

    /// <summary>Gets or sets a value indicating whether the token is signed with a key that the issuer does not publish, under the right key id.</summary>
    public bool ForeignSignature { get; set; }

    /// <summary>Gets or sets what has the last word on the claims, for tokens that the other members cannot describe.</summary>
    public Action<JsonObject>? ChangeClaims { get; set; }
}
