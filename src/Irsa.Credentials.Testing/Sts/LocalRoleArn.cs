using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Irsa.Credentials.Testing;

/// <summary>A role's ARN and what follows from it. Its account may be empty, as S3-compatible servers have it.</summary>
internal sealed partial class LocalRoleArn
{
    private const string IdLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private readonly string _text;
    private readonly string _partition;
    private readonly string _name;

    private LocalRoleArn(string text, Match match)
    {
        _text = text;
        _partition = match.Groups["partition"].Value;
        _name = match.Groups["name"].Value;
        Account = match.Groups["account"].Value;
        Id = "AROA" + string.Concat(SHA256.HashData(Encoding.UTF8.GetBytes(text)).Take(17).Select(static value => IdLetters[value % 32]));
    }

    public string Account { get; }

    /// <summary>Gets the role's stable id, by which sessions of roles of the same name are told apart.</summary>
    public string Id { get; }

    /// <summary>Gets what a trust policy calls everybody in the role's account.</summary>
    public string AccountArn => $"arn:{_partition}:iam::{Account}:root";

    /// <exception cref="ArgumentException">It is no role's ARN.</exception>
    public static LocalRoleArn Parse(string text) => TryParse(text, out var arn)
        ? arn
        : throw new ArgumentException($"'{text}' is not a role's ARN, such as arn:aws:iam::111122223333:role/app.", nameof(text));

    public static bool TryParse(string text, [NotNullWhen(true)] out LocalRoleArn? arn)
    {
        var match = Pattern().Match(text);
        arn = match.Success ? new LocalRoleArn(text, match) : null;
        return match.Success;
    }

    /// <summary>The ARN of a session: like IAM's it has the role's name, but not its path.</summary>
    public string SessionArn(string sessionName) => $"arn:{_partition}:sts::{Account}:assumed-role/{_name}/{sessionName}";

    /// <summary>The OIDC provider for this role: always one of the account that owns the role.</summary>
    public string ProviderArn(string provider) => $"arn:{_partition}:iam::{Account}:oidc-provider/{provider}";

    public override string ToString() => _text;

    [GeneratedRegex(@"\Aarn:(?<partition>aws[a-z0-9-]*):iam::(?<account>\d{12}|):role/([\w+=,.@-]+/)*(?<name>[\w+=,.@-]+)\z")]
    private static partial Regex Pattern();
}
