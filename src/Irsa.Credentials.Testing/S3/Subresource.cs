namespace Irsa.Credentials.Testing;

/// <summary>
/// Subresources of S3 that this server does not have. A request for one of them must not change the bucket or object itself:
/// <c>DELETE /bucket/key?tagging</c> does not delete the object.
/// </summary>
internal static class Subresource
{
    private static readonly HashSet<string> Unknown = new(StringComparer.Ordinal)
    {
        "accelerate", "acl", "analytics", "annotation", "attributes", "cors", "encryption", "intelligent-tiering", "inventory", "legal-hold", "lifecycle",
        "logging", "metadataConfiguration", "metadataTable", "metrics", "notification", "object-lock", "ownershipControls", "policy", "policyStatus",
        "publicAccessBlock", "renameObject", "replication", "requestPayment", "restore", "retention", "select", "session", "tagging", "torrent", "versionId",
        "versioning", "versions", "website",
    };

    /// <exception cref="S3Exception">The request names an unknown subresource.</exception>
    public static void ThrowIfUnknown(S3Request request)
    {
        if (request.QueryNames.FirstOrDefault(Unknown.Contains) is { } name)
        {
            throw new S3Exception(S3Error.NotImplemented($"?{name}"));
        }
    }
}
