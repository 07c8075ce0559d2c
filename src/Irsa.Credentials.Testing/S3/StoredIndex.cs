using System.Globalization;
using System.Text.Json;

namespace Irsa.Credentials.Testing;

/// <summary>
/// Reads the index of a kept store. Someone else may have changed its files, so nothing in them may name a file outside of the store or break
/// a response.
/// </summary>
internal static class StoredIndex
{
    /// <exception cref="IOException">The file cannot be read, or this server has not written it.</exception>
    public static StoredObject Read(FileInfo file, string blobFolder)
    {
        var stored = Parse(file);
        Require(stored.BlobName.Length == 32 && stored.BlobName.All(char.IsAsciiHexDigitLower), file, "it does not name a file of the store");
        var blob = new FileInfo(Path.Combine(blobFolder, stored.BlobName));
        Require(blob.Exists && blob.LinkTarget is null && blob.Length == stored.Length, file, "its content is missing or has another length");
        Require(stored.ETag is ['"', .., '"'] && stored.ETag.All(static character => char.IsAsciiLetterOrDigit(character) || character is '"' or '-'), file, "its entity tag is invalid");
        Require(stored.Headers.ContainsKey("Content-Type") && stored.Headers.All(static header => StoredHeaders.IsStored(header.Key) && header.Value is not null), file, "a header is invalid");
        Require(stored.PartLengths is not { } parts || (parts.Count > 0 && parts.All(static length => length >= 0) && parts.Sum() == stored.Length), file, "its part lengths are invalid");
        return stored;
    }

    /// <returns>Null if the server stopped between the creation of the directory and that of the file.</returns>
    /// <exception cref="IOException">This server has not written the file.</exception>
    public static DateTimeOffset? ReadCreation(FileInfo file)
    {
        if (!file.Exists)
        {
            return null;
        }

        var isTime = DateTimeOffset.TryParseExact(File.ReadAllText(file.FullName), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var creation);
        Require(isTime, file, "it does not contain a time");
        return creation;
    }

    public static void Require(bool isValid, FileSystemInfo entry, string fault)
    {
        if (!isValid)
        {
            throw new IOException($"The object folder cannot be used: '{entry.FullName}' was not written by LocalAws ({fault}). Delete it, or set ObjectFolder to another directory.");
        }
    }

    private static StoredObject Parse(FileInfo file)
    {
        try
        {
            var stored = JsonSerializer.Deserialize(File.ReadAllBytes(file.FullName), StoredObjectJson.Default.StoredObject);

            // The serializer creates a dictionary that compares names with case.
            return stored is { Key: not null, BlobName: not null, ETag: not null, Headers: { } headers }
                ? stored with { Headers = new Dictionary<string, string>(headers, StringComparer.OrdinalIgnoreCase) }
                : throw new JsonException("A field is missing.");
        }
        catch (Exception malformed) when (malformed is JsonException or ArgumentException)
        {
            throw new IOException($"The object folder cannot be used: '{file.FullName}' is not a valid description of an object. Delete it, or set ObjectFolder to another directory.", malformed);
        }
    }
}
