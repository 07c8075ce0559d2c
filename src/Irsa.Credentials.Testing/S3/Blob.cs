namespace Irsa.Credentials.Testing;

/// <summary>Stored bytes in a file, so that objects of any size need no memory.</summary>
internal sealed class Blob
{
    public Blob(string path, long length, string md5)
    {
        Path = path;
        Length = length;
        Md5 = md5;
    }

    public string Path { get; }

    public long Length { get; }

    /// <summary>Gets the MD5 in lower-case hex, the format of entity tags.</summary>
    public string Md5 { get; }

    /// <summary>Opens the file. The reader can continue when the object is replaced or deleted.</summary>
    public FileStream Open() => new(Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 64 * 1024, useAsync: true);
}
