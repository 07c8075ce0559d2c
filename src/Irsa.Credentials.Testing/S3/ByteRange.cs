using System.Globalization;
using System.Text.RegularExpressions;

namespace Irsa.Credentials.Testing;

/// <summary>A part of an object, as an HTTP header asks for it (RFC 9110, section 14).</summary>
internal readonly partial record struct ByteRange(long Start, long Length)
{
    /// <summary>Null where the header asks for everything, or for something that is no single range and is therefore ignored.</summary>
    /// <exception cref="S3Exception">The object has no such part.</exception>
    public static ByteRange? Parse(string header, long total)
    {
        if (SingleRange().Match(header) is not { Success: true } match)
        {
            return null;
        }

        var first = Number(match.Groups["first"]);
        var last = Number(match.Groups["last"]);
        var (start, end) = (first, last) switch
        {
            ({ } from, { } to) => (from, Math.Min(to, total - 1)),
            ({ } from, null) => (from, total - 1),
            (null, { } suffix) => (Math.Max(0, total - suffix), total - 1),
            _ => (0, -1),
        };
        return start < total && start <= end ? new ByteRange(start, end - start + 1) : throw new S3Exception(S3Error.InvalidRange);
    }

    public string ContentRange(long total) => string.Create(CultureInfo.InvariantCulture, $"bytes {Start}-{Start + Length - 1}/{total}");

    private static long? Number(Group digits) => digits.Length > 0 ? long.Parse(digits.ValueSpan, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"\Abytes=(?<first>[0-9]{0,18})-(?<last>[0-9]{0,18})\z", RegexOptions.CultureInvariant)]
    private static partial Regex SingleRange();
}
