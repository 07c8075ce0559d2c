using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Irsa.Credentials.Testing;

/// <summary>A role that exists in the local IAM. Its account may be empty, as S3-compatible servers have it.</summary>
internal sealed partial class LocalRole
{
    private const string IdLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private readonly string _partition;
    private readonly string _name;

    public LocalRole(string arn, TrustPolicyDocument trustPolicy, TimeSpan maxSessionDuration)
    {
        var match = ArnPattern().Match(arn);
        if (!match.Success)
        {
            throw new ArgumentException($"'{arn}' is not a role's ARN, such as arn:aws:iam::111122223333:role/app.", nameof(arn));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(maxSessionDuration, TimeSpan.FromHours(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxSessionDuration, TimeSpan.FromHours(12));
        Arn = arn;
        TrustPolicy = trustPolicy;
        MaxSessionDuration = maxSessionDuration;
        Account = match.Groups["account"].Value;
        _partition = match.Groups["partition"].Value;
        _name = match.Groups["name"].Value;
        Id = "AROA" + string.Concat(SHA256.HashData(Encoding.UTF8.GetBytes(arn)).Take(17).Select(static value => IdLetters[value % 32]));
    }

    public string Arn { get; }

    public TrustPolicyDocument TrustPolicy { get; }

    public TimeSpan MaxSessionDuration { get; }

    public string Account { get; }

    /// <summary>Gets the role's stable id, by which sessions of roles of the same name are told apart.</summary>
    public string Id { get; }

    /// <summary>The ARN of a session: like IAM's it has the role's name, but not its path.</summary>
    public string SessionArn(string sessionName) => $"arn:{_partition}:sts::{Account}:assumed-role/{_name}/{sessionName}";

    /// <summary>The OIDC provider for this role: always one of the account that owns the role.</summary>
    public string ProviderArn(string provider) => $"arn:{_partition}:iam::{Account}:oidc-provider/{provider}";

    [GeneratedRegex(@"\Aarn:(?<partition>aws[a-z0-9-]*):iam::(?<account>\d{12}|):role/([\w+=,.@-]+/)*(?<name>[\w+=,.@-]+)\z")]
    private static partial Regex ArnPattern();
}
