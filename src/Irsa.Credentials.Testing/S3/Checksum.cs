using System.IO.Hashing;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>A checksum of S3 (<see href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html"/>).</summary>
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

    /// <summary>Gets the name of its header.</summary>
    public string Header { get; }

    /// <exception cref="S3Exception">This server cannot verify the algorithm.</exception>
    public static Checksum For(string header) => header.ToLowerInvariant() switch
    {
        "x-amz-checksum-crc32" => new(header, null, new Crc32()),
        "x-amz-checksum-crc32c" => new(header, null, new Crc32(Crc32ParameterSet.Crc32C)),
        "x-amz-checksum-crc64nvme" => new(header, null, new Crc64(Crc64ParameterSet.Nvme)),
        "x-amz-checksum-sha1" => new(header, IncrementalHash.CreateHash(HashAlgorithmName.SHA1), null),
        "x-amz-checksum-sha256" => new(header, IncrementalHash.CreateHash(HashAlgorithmName.SHA256), null),
        _ => throw new S3Exception(S3Error.InvalidRequest($"LocalAws does not verify {header}; it knows CRC32, CRC32C, CRC64NVME, SHA1 and SHA256.")),
    };

    /// <summary>Returns the checksum that a request has in a header or announces for its trailer; null if it has none.</summary>
    /// <exception cref="S3Exception">This server cannot verify the algorithm.</exception>
    public static Checksum? AnnouncedIn(IHeaderDictionary headers)
    {
        var name = headers.TryGetValue("x-amz-trailer", out var trailer)
            ? trailer.ToString()
            : headers.Keys.FirstOrDefault(static name => name.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase)
                && name.ToLowerInvariant() is not ("x-amz-checksum-type" or "x-amz-checksum-algorithm" or "x-amz-checksum-mode"));
        return name is null ? null : For(name);
    }

    /// <summary>Returns the XML element for the checksum of a header.</summary>
    public static string ElementFor(string header) => header.Equals("x-amz-checksum-type", StringComparison.OrdinalIgnoreCase)
        ? "ChecksumType"
        : "Checksum" + header[HeaderPrefix.Length..].ToUpperInvariant();

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _cryptographic?.AppendData(bytes);
        _cyclic?.Append(bytes);
    }

    /// <summary>Returns the value for the header: base64 of the bytes in network order.</summary>
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
