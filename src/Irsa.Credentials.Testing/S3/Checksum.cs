using System.IO.Hashing;
using System.Security.Cryptography;

namespace Irsa.Credentials.Testing;

/// <summary>One of S3's checksums over a body, fed piece by piece (https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html).</summary>
internal sealed class Checksum : IDisposable
{
    public const string HeaderPrefix = "x-amz-checksum-";

    private readonly IncrementalHash? _cryptographic;
    private readonly NonCryptographicHashAlgorithm? _cyclic;

    private Checksum(string header, IncrementalHash? cryptographic, NonCryptographicHashAlgorithm? cyclic)
    {
        Header = header;
        _cryptographic = cryptographic;
        _cyclic = cyclic;
    }

    /// <summary>Gets the header that carries it.</summary>
    public string Header { get; }

    /// <summary>Null for a name that S3 does not know.</summary>
    public static Checksum? For(string header) => header.ToLowerInvariant() switch
    {
        "x-amz-checksum-crc32" => new(header, null, new Crc32()),
        "x-amz-checksum-crc32c" => new(header, null, new Crc32(Crc32ParameterSet.Crc32C)),
        "x-amz-checksum-crc64nvme" => new(header, null, new Crc64(Crc64ParameterSet.Nvme)),
        "x-amz-checksum-sha1" => new(header, IncrementalHash.CreateHash(HashAlgorithmName.SHA1), null),
        "x-amz-checksum-sha256" => new(header, IncrementalHash.CreateHash(HashAlgorithmName.SHA256), null),
        _ => null,
    };

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _cryptographic?.AppendData(bytes);
        _cyclic?.Append(bytes);
    }

    /// <summary>The value as headers carry it: base64 of the bytes in network order.</summary>
    public string Finish()
    {
        if (_cryptographic is not null)
        {
            return Convert.ToBase64String(_cryptographic.GetHashAndReset());
        }

        var hash = _cyclic!.GetHashAndReset();
        Array.Reverse(hash);
        return Convert.ToBase64String(hash);
    }

    public void Dispose() => _cryptographic?.Dispose();
}
