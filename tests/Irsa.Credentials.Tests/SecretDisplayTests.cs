using System.Diagnostics;
using System.Reflection;
using Amazon.Runtime;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Tests;

/// <summary>What holds a secret does not print it: not by its text, not in a debugger's first view.</summary>
public sealed class SecretDisplayTests
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCY0123456789";

    public static TheoryData<string, object> Holders => new()
    {
        { "token", new WebIdentityToken(Secret, new TokenClaims()) },
        { "exchange result", Result() },
        { "frozen credentials", new SnapshotCredentials(Task.FromResult(Result().Keys), default) },
    };

    [Theory]
    [MemberData(nameof(Holders), DisableDiscoveryEnumeration = true)]
    public void A_holder_of_secrets_prints_none(string what, object holder)
    {
        Assert.DoesNotContain("wJalr", $"{holder}", StringComparison.Ordinal);
        Assert.True(holder.GetType().GetCustomAttribute<DebuggerDisplayAttribute>()?.Value.Contains("Secret", StringComparison.Ordinal) is not true, what);
    }

    [Fact]
    public void No_public_type_has_a_member_that_prints_a_secret_by_itself() => Assert.All(
        typeof(WebIdentityTokenCredentials).Assembly.GetTypes().Where(static type => type.IsPublic),
        static type => Assert.DoesNotContain(
            type.GetProperties(),
            static property => property.PropertyType == typeof(string) && (property.Name.Contains("Secret", StringComparison.Ordinal) || property.Name.EndsWith("Token", StringComparison.Ordinal))));

    private static ExchangeResult Result() => new()
    {
        Keys = new ImmutableCredentials("ASIA0000000000000001", Secret, Secret, "111122223333"),
        AssumedRoleArn = "arn:aws:sts::111122223333:assumed-role/app/app-0",
        Expiration = default,
        Lifetime = TimeSpan.FromHours(1),
        SentAt = 0,
    };
}
