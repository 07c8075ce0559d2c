namespace Irsa.Credentials.Testing;

/// <summary>Stored bytes, always in a file of their own: objects of any size cost no memory.</summary>
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

    /// <summary>Gets the MD5 in lower-case hex, as entity tags have it.</summary>
    public string Md5 { get; }

    /// <summary>Readers that are under way keep their view when the object is replaced or deleted meanwhile.</summary>
    public FileStream Open() => new(Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 64 * 1024, useAsync: true);
}
