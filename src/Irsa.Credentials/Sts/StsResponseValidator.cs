using System.Globalization;
using Amazon.Runtime;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Sts;

/// <summary>
/// Validates an answer of STS before anything uses it: complete, well-formed, for the role that was asked for, and not expired. The values end
/// in HTTP headers of every request, so a line end in one of them would be a second request. No failure shows a value that is not well-formed.
/// </summary>
internal static class StsResponseValidator
{
    /// <summary>AWS's limit for an access key id (https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html).</summary>
    private const int LongestAccessKey = 128;

    /// <summary>AWS's have 40 characters; other servers' may be longer.</summary>
    private const int LongestSecretKey = 1024;

    /// <summary>AWS sets no limit, but no web server takes a header of this length.</summary>
    private const int LongestSessionToken = 64 * 1024;

    /// <summary>AWS's limit for an ARN (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumedRoleUser.html).</summary>
    private const int LongestArn = 2048;

    private const int LongestName = 64;

    public static ExchangeOutcome Validate(StsAnswer answer, ExchangeContext context)
    {
        if (answer.IsMalformed)
        {
            return Failed(StsFailures.InvalidResponse("its Expiration, or a number in it, is malformed", context));
        }

        var (keys, assumed) = (answer.Keys, answer.AssumedRole?.Arn);
        if (keys is null && answer.AssumedRole is null)
        {
            return Failed(NetworkFailures.NotSts("its body holds nothing of an STS response, as a sign-in page does", context));
        }

        // Other servers than AWS's may leave the session unnamed: there is nothing to compare then.
        assumed = string.IsNullOrEmpty(assumed) ? null : assumed;
        if (keys is not { AccessKeyId.Length: > 0, SecretAccessKey.Length: > 0, SessionToken.Length: > 0, Expiration: { } expiration } || (assumed is null && context.IsAws))
        {
            return Failed(StsFailures.InvalidResponse("the credentials in the response are incomplete", context));
        }

        if ((FaultOf(keys) ?? (assumed is null ? null : FaultOf(assumed, context.IsAws))) is { } fault)
        {
            return Failed(StsFailures.InvalidResponse(fault, context));
        }

        if (assumed is not null && !(context.IsAws ? AssumedRoleArn.IsSessionOf(assumed, context.RoleArn) : AssumedRoleArn.MayBeSessionOf(assumed, context.RoleArn)))
        {
            return Failed(StsFailures.OtherRole(assumed, context));
        }

        var expires = new DateTimeOffset(expiration.ToUniversalTime());
        var lifetime = SessionLifetime.Calculate(expires, answer.ServerTime, answer.LocalTime, answer.Requested ?? SessionRules.DefaultDuration);
        if (lifetime <= TimeSpan.Zero)
        {
            return Failed(StsFailures.Expired(expires, answer.ServerTime, context));
        }

        var result = new ExchangeResult
        {
            Keys = new ImmutableCredentials(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken, assumed is null ? null : AssumedRoleArn.AccountOf(assumed)),
            AssumedRoleArn = assumed,
            Expiration = expires,
            Lifetime = lifetime,
            SentAt = answer.SentAt,
        };
        return ExchangeOutcome.Succeeded(result, answer.InputVersion);

        ExchangeOutcome Failed(Failure failure) => ExchangeOutcome.Failed(failure, answer.InputVersion);
    }

    /// <summary>What is wrong with keys, as a clause without their values; null where nothing is.</summary>
    public static string? FaultOf(Amazon.SecurityToken.Model.Credentials keys) =>
        FaultOf("AccessKeyId", keys.AccessKeyId, LongestAccessKey)
        ?? FaultOf("SecretAccessKey", keys.SecretAccessKey, LongestSecretKey)
        ?? FaultOf("SessionToken", keys.SessionToken, LongestSessionToken);

    private static string? FaultOf(string name, string value, int longest)
    {
        if (value.Length > longest)
        {
            return string.Create(CultureInfo.InvariantCulture, $"its {name} has {value.Length} characters, and at most {longest} are accepted");
        }

        return value.AsSpan().ContainsAnyExceptInRange('!', '~') ? $"its {name} contains characters that are not printable ASCII" : null;
    }

    private static string? FaultOf(string assumedRoleArn, bool isAws) => FaultOf("AssumedRoleUser ARN", assumedRoleArn, LongestArn) ?? (assumedRoleArn.Split(':', 6) switch
    {
        ["arn", _, "sts", var resource] when !isAws && IsSession(resource) => null,
        ["arn", _, "sts", _, var resource] when !isAws && IsSession(resource) => null,
        ["arn", _, "sts", "", _, var resource] when IsSession(resource) => null,
        ["arn", _, not "sts", _, _, _] => "its AssumedRoleUser ARN belongs to a service other than STS",
        ["arn", _, _, not "", _, _] => "its AssumedRoleUser ARN names a region",
        ["arn", _, _, _, _, _] => "its AssumedRoleUser ARN does not name a valid session of a role",
        _ => "its AssumedRoleUser ARN is not an ARN",
    });

    /// <summary>By IAM's rules for names. A server other than AWS's may keep the role's path.</summary>
    private static bool IsSession(string resource) =>
        resource.Split('/') is ["assumed-role", .., var role, var session] && IsName(role, shortest: 1) && IsName(session, shortest: 2);

    private static bool IsName(string name, int shortest)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"_+=,.@-".Contains(c, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return name.Length >= shortest && name.Length <= LongestName;
    }
}
