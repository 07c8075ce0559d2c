using System.Text;

namespace Irsa.Credentials.Testing;

/// <summary>The order of keys in S3 lists: by UTF-8 bytes, which differs from the order of UTF-16 code units.</summary>
internal sealed class Utf8Comparer : IComparer<string>
{
    public static readonly Utf8Comparer Instance = new();

    public int Compare(string? x, string? y) => Encoding.UTF8.GetBytes(x!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y!));
}
