using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Web;
using Amazon.Runtime;
using Irsa.Credentials.AuthTokens;
using Irsa.Credentials.IntegrationTests.TestDouble;

namespace Irsa.Credentials.IntegrationTests.AuthTokens;

/// <summary>
/// Signatures against an implementation that shares no code with this repository or the .NET SDK: the AWS command line, and its library where it
/// has no command. It signs at its own time, so this library signs again at that time: the signatures must be equal.
/// </summary>
public sealed class AuthTokenSignatureTests
{
    private const string AccessKey = "ASIAIOSFODNN7EXAMPLE";
    private const string SecretKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private const string SessionToken = "IQoJb3JpZ2luX2VjE/+example+session/token==";
    private const string Region = "eu-central-1";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("orders.cluster-abc123.eu-central-1.rds.amazonaws.com", 5432, "app_user")]
    [InlineData("orders.abc123.eu-central-1.rds.amazonaws.com", 3306, "user name+with/odd=characters@example.com")]
    public async Task A_password_for_RDS_is_the_one_that_the_AWS_CLI_makes(string host, int port, string user)
    {
        var theirs = await CliAsync("rds", "generate-db-auth-token", "--hostname", host, "--port", port.ToString(CultureInfo.InvariantCulture), "--username", user);

        AssertSame(theirs, AuthTokenRequests.Rds(host, port, user, "us-east-1"), static token => token);
    }

    [Theory]
    [InlineData("app", "DbConnect")]
    [InlineData("admin", "DbConnectAdmin")]
    public async Task A_password_for_DSQL_has_the_signature_of_botocore(string user, string action)
    {
        const string Host = "abcdefghij.dsql.eu-central-1.on.aws";
        var theirs = await BotocoreAsync("dsql", $"https://{Host}/?Action={action}");

        AssertSame(theirs["https://".Length..], AuthTokenRequests.Dsql(Host, user, "us-east-1"), static token => token);
    }

    [Fact]
    public async Task A_token_for_EKS_is_the_one_that_the_AWS_CLI_makes()
    {
        using var answer = JsonDocument.Parse(await CliAsync("eks", "get-token", "--cluster-name", "orders", "--output", "json"));
        var status = answer.RootElement.GetProperty("status");

        var signed = AssertSame(status.GetProperty("token").GetString()!, AuthTokenRequests.Eks("orders", Region), static token => Decode(token["k8s-aws-v1.".Length..]));
        Assert.InRange(status.GetProperty("expirationTimestamp").GetDateTimeOffset(), signed.Expiration, signed.Expiration.AddSeconds(10));
    }

    [Theory]
    [InlineData("elasticache", "https://orders/?Action=connect&User=app", false)]
    [InlineData("elasticache", "https://orders/?Action=connect&User=app&ResourceType=ServerlessCache", true)]
    [InlineData("memorydb", "https://orders/?Action=connect&User=app", false)]
    public async Task A_password_for_a_cache_has_the_signature_of_botocore(string service, string address, bool isServerless)
    {
        var theirs = await BotocoreAsync(service, address);

        AssertSame(
            theirs["https://".Length..],
            service == "memorydb" ? AuthTokenRequests.MemoryDb("Orders", "app", Region) : AuthTokenRequests.ElastiCache("Orders", "app", isServerless, Region),
            static token => token);
    }

    [Fact]
    public async Task A_token_for_MSK_has_the_signature_of_botocore_and_names_its_client_unsigned()
    {
        var theirs = await BotocoreAsync("kafka-cluster", "https://kafka.eu-central-1.amazonaws.com/?Action=kafka-cluster%3AConnect");

        var token = AssertSame(Encode(theirs + "&User-Agent=irsa-credentials-dotnet"), AuthTokenRequests.Msk(Region), Decode).Value;
        Assert.DoesNotContain(token, static c => c is '=' or '+' or '/');
    }

    /// <summary>The order of parameters in an address is free, the signature covers them sorted.</summary>
    private static AuthToken AssertSame(string theirs, AuthTokenRequest request, Func<string, string> read)
    {
        var expected = read(theirs.Trim());
        var signedAt = DateTimeOffset.ParseExact(
            HttpUtility.ParseQueryString(new Uri(expected.Contains("://", StringComparison.Ordinal) ? expected : "https://" + expected).Query)["X-Amz-Date"]!,
            "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

        var ours = AuthTokenSigner.Sign(request, new SessionAWSCredentials(AccessKey, SecretKey, SessionToken), signedAt, signedAt.AddHours(1));

        Assert.Equal(Parts(expected), Parts(read(ours.Value)));
        return ours;
    }

    private static List<string> Parts(string address)
    {
        var at = address.IndexOf('?', StringComparison.Ordinal);
        return [address[..at], .. address[(at + 1)..].Split('&').Order(StringComparer.Ordinal)];
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Decode(string text) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '=')));

    private static async Task<string> CliAsync(params string[] arguments)
    {
        Assert.SkipUnless(AwsCliOnLocalAwsTests.IsInstalled(), "The aws command line is not installed; on Debian: apt-get install awscli");
        var (exitCode, output, errors) = await RunAsync("aws", [.. arguments, "--region", Region]);
        Assert.True(exitCode == 0, errors);
        return output;
    }

    private static async Task<string> BotocoreAsync(string service, string address)
    {
        var (exitCode, output, errors) = await RunAsync("python3", ["-c", $$"""
            try:
                from botocore.auth import SigV4QueryAuth
                from botocore.awsrequest import AWSRequest
                from botocore.credentials import Credentials
            except ImportError:
                raise SystemExit(3)
            request = AWSRequest(method="GET", url="{{address}}")
            SigV4QueryAuth(Credentials("{{AccessKey}}", "{{SecretKey}}", "{{SessionToken}}"), "{{service}}", "{{Region}}", 900).add_auth(request)
            print(request.url)
            """]);
        Assert.SkipWhen(exitCode is 3 or 127, "botocore is not installed; on Debian: apt-get install awscli");
        Assert.True(exitCode == 0, errors);
        return output.Trim();
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["AWS_ACCESS_KEY_ID"] = AccessKey;
        start.Environment["AWS_SECRET_ACCESS_KEY"] = SecretKey;
        start.Environment["AWS_SESSION_TOKEN"] = SessionToken;
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        start.Environment["AWS_PAGER"] = string.Empty;
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (127, string.Empty, $"{program} is not installed");
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync(Cancel);
            var errors = process.StandardError.ReadToEndAsync(Cancel);
            await process.WaitForExitAsync(Cancel);
            return (process.ExitCode, await output, await errors);
        }
    }
}
