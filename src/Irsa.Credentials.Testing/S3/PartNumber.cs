using System.Globalization;

namespace Irsa.Credentials.Testing;

/// <summary>The number of a part, 1 to 10,000.</summary>
internal static class PartNumber
{
    /// <exception cref="S3Exception">The text is not a part number.</exception>
    public static int Parse(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 10_000
        ? number
        : throw new S3Exception(S3Error.InvalidArgument("Part number must be an integer between 1 and 10000, inclusive"));
}
