using System.Security.Cryptography;

namespace S3Microservice.Objects;

/// <summary>
/// Compares a body with the request's <c>Content-MD5</c> (RFC 1864), also where it is stored in parts: S3 checks each request of ours, and
/// not what the caller sent. It finds damage; it proves nothing against somebody who wants to deceive.
/// </summary>
internal sealed class BodyChecksum : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private readonly byte[] _expected;

    private BodyChecksum(byte[] expected) => _expected = expected;

    /// <returns>Null where the request has no such header.</returns>
    /// <exception cref="BadHttpRequestException">The header is not 16 bytes in base64.</exception>
    public static BodyChecksum? Of(HttpRequest request)
    {
        if (request.Headers.ContentMD5.Count == 0)
        {
            return null;
        }

        var expected = new byte[MD5.HashSizeInBytes];
        return Convert.TryFromBase64String(request.Headers.ContentMD5.ToString(), expected, out var length) && length == expected.Length
            ? new BodyChecksum(expected)
            : throw new BadHttpRequestException("Content-MD5 is not an MD5 checksum in base64.");
    }

    public void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <exception cref="BadHttpRequestException">Another body came than the header says.</exception>
    public void Verify()
    {
        if (!_hash.GetHashAndReset().AsSpan().SequenceEqual(_expected))
        {
            throw new BadHttpRequestException("The body does not have the checksum in Content-MD5. Send it again.");
        }
    }

    public void Dispose() => _hash.Dispose();
}
