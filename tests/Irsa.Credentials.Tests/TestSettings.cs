using Irsa.Credentials.Configuration;

namespace Irsa.Credentials.Tests;

internal static class TestSettings
{
    public const string Role = "arn:aws:iam::111122223333:role/app";

    public static IrsaSettings Create(string tokenFile = "/token") => new()
    {
        RoleArn = Role,
        TokenFile = tokenFile,
        Region = "eu-central-1",
        RefreshAtFraction = 0.5,
        ExpiryMargin = TimeSpan.FromSeconds(60),
        AttemptTimeout = TimeSpan.FromSeconds(5),
        ExchangeTimeout = TimeSpan.FromSeconds(20),
        MaxAttempts = 4,
    };
}
