using System.Globalization;

namespace Irsa.Credentials.IntegrationTests.Failures;

/// <summary>STS responses written by hand, with secrets that the leak hunt knows.</summary>
internal static class StsResponses
{
    // 40 characters with the signs that base64, URLs and JSON write differently, as a real one has them.
    public const string SecretKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCY0123456789";

    public const string SessionToken = "IQoJb3JpZ2luX2VjEPr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDx+9sQ/7w8Gk2Zl0FvQm5yTqL3hXcVbNaPdRfUeYiOsA==";

    public const string Role = "arn:aws:sts::111122223333:assumed-role/local-app/app-0";

    /// <summary>A gateway's request id: as long as a secret key.</summary>
    public const string CephRequest = "tx00000700f569cbdc2d9ec-006b04fc01-100a-default";

    public static string Success(string assumedRole = Role, int hours = 1, string accessKeyId = "ASIA0000000000000001") => $"""
        <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
        <AssumedRoleUser><Arn>{assumedRole}</Arn><AssumedRoleId>AROA:app-0</AssumedRoleId></AssumedRoleUser>
        <Credentials><AccessKeyId>{accessKeyId}</AccessKeyId><SecretAccessKey>{SecretKey}</SecretAccessKey><SessionToken>{SessionToken}</SessionToken><Expiration>{TimeProvider.System.GetUtcNow().AddHours(hours).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}</Expiration></Credentials>
        </AssumeRoleWithWebIdentityResult><ResponseMetadata><RequestId>request-1</RequestId></ResponseMetadata></AssumeRoleWithWebIdentityResponse>
        """;

    /// <summary>As Ceph's gateway refuses: no wrapper, no namespace, an empty sentence.</summary>
    public static string Ceph(string code) =>
        $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message></Message><RequestId>{CephRequest}</RequestId><HostId>1-default</HostId></Error>";
}
