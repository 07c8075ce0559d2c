using System.Text.RegularExpressions;

namespace Irsa.Credentials.Testing;

/// <summary>The rules for bucket names (<see href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"/>).</summary>
internal static partial class BucketName
{
    private static readonly string[] ReservedStarts = ["xn--", "sthree-", "amzn-s3-demo-"];
    private static readonly string[] ReservedEnds = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

    public static bool IsAllowed(string name) =>
        Letters().IsMatch(name)
        && !name.Contains("..", StringComparison.Ordinal)
        && !Address().IsMatch(name)
        && !ReservedStarts.Any(start => name.StartsWith(start, StringComparison.Ordinal))
        && !ReservedEnds.Any(end => name.EndsWith(end, StringComparison.Ordinal));

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\z")]
    private static partial Regex Letters();

    [GeneratedRegex(@"\A[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+\z")]
    private static partial Regex Address();
}
