using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Irsa.Credentials.Testing;

/// <summary>The ARN of a role, and the names derived from it. The account may be empty, as with S3-compatible servers.</summary>
internal sealed partial class LocalRoleArn
{
    private const string IdCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private readonly string _text;
    private readonly string _partition;
    private readonly string _name;

    private LocalRoleArn(string text, Match match)
    {
        _text = text;
        _partition = match.Groups["partition"].Value;
        _name = match.Groups["name"].Value;
        Account = match.Groups["account"].Value;
        Id = "AROA" + string.Concat(SHA256.HashData(Encoding.UTF8.GetBytes(text)).Take(17).Select(static value => IdCharacters[value % 32]));
    }

    public string Account { get; }

    /// <summary>Gets the unique id of the role, which differs between roles with the same name.</summary>
    public string Id { get; }

    /// <summary>Gets the ARN by which a trust policy allows the whole account of the role.</summary>
    public string AccountArn => $"arn:{_partition}:iam::{Account}:root";

    /// <exception cref="ArgumentException">The text is not a valid IAM role ARN.</exception>
    public static LocalRoleArn Parse(string text) => TryParse(text, out var arn)
        ? arn
        : throw new ArgumentException($"'{text}' is not a valid IAM role ARN such as arn:aws:iam::111122223333:role/app.", nameof(text));

    public static bool TryParse(string text, [NotNullWhen(true)] out LocalRoleArn? arn)
    {
        var match = Pattern().Match(text);
        arn = match.Success ? new LocalRoleArn(text, match) : null;
        return match.Success;
    }

    /// <summary>Returns the ARN of a session. As in AWS, it contains the name of the role without the path.</summary>
    public string SessionArn(string sessionName) => $"arn:{_partition}:sts::{Account}:assumed-role/{_name}/{sessionName}";

    /// <summary>Returns the ARN of an OIDC provider in the account of the role.</summary>
    public string ProviderArn(string provider) => $"arn:{_partition}:iam::{Account}:oidc-provider/{provider}";

    public override string ToString() => _text;

    [GeneratedRegex(@"\Aarn:(?<partition>aws[a-z0-9-]*):iam::(?<account>[0-9]{12}|):role/([A-Za-z0-9_+=,.@-]+/)*(?<name>[A-Za-z0-9_+=,.@-]+)\z")]
    private static partial Regex Pattern();
}
