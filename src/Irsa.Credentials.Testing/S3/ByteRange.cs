using System.Globalization;
using System.Text.RegularExpressions;

namespace Irsa.Credentials.Testing;

/// <summary>A part of an object (RFC 9110, section 14).</summary>
internal readonly partial record struct ByteRange(long Start, long Length)
{
    /// <summary>Reads a <c>Range</c> header. Null if it is not a single range, which means the whole object.</summary>
    /// <exception cref="S3Exception">The range is outside of the object.</exception>
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
