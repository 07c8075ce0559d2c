using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Signing;
using Amazon.S3;
using Irsa.Credentials.Testing;

[assembly: AssemblyFixture(typeof(Irsa.Credentials.EndToEndTests.CephGateway))]

namespace Irsa.Credentials.EndToEndTests;

/// <summary>
/// Ceph's object gateway, which validates web identity tokens by the issuer's published keys, with one role and one bucket. Issuer and token
/// folder are the local stand-in's; its STS and S3 are not used.
/// </summary>
public sealed class CephGateway : IAsyncLifetime
{
    public const string RoleArn = "arn:aws:iam:::role/app";
    public const string Bucket = "bucket";

    private static readonly string[] Programs = ["radosgw", "radosgw-admin", "ceph", "ceph-mon", "ceph-osd", "monmaptool"];

    private readonly string _folder = Directory.CreateTempSubdirectory("ceph-").FullName;
    private readonly int _port = FreePorts();
    private LocalAws? _cluster;

    /// <summary>Gets why there is no gateway; null where there is one.</summary>
    public string? Absence { get; private set; }

    public Uri Endpoint => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}"));

    /// <summary>Gets the issuer and the token folder.</summary>
    public LocalAws Cluster => _cluster!;

    /// <summary>Gets what the webhook would inject, and where the gateway is.</summary>
    public Dictionary<string, string> Variables => new()
    {
        ["AWS_ROLE_ARN"] = RoleArn,
        ["AWS_WEB_IDENTITY_TOKEN_FILE"] = Cluster.Tokens.Path,
        ["AWS_REGION"] = "us-east-1",
        ["AWS_ENDPOINT_URL_STS"] = Endpoint.OriginalString,
        ["AWS_ENDPOINT_URL_S3"] = Endpoint.OriginalString,
        ["AWS_REQUEST_CHECKSUM_CALCULATION"] = "WHEN_REQUIRED",
        ["S3__Bucket"] = Bucket,
    };

    public async ValueTask InitializeAsync()
    {
        var missing = Programs.Where(static program => !Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, program)))).ToList();
        if (missing.Count > 0)
        {
            Absence = $"Not installed: {string.Join(", ", missing)} (Debian: radosgw ceph-mon ceph-osd ceph-common).";
            return;
        }

        try
        {
            await RunAsync("start");
            _cluster = await LocalAws.StartAsync();
            var admin = new BasicAWSCredentials("E2EADMIN", "e2e-admin-secret");
            await RegisterAsync(admin);
            using var s3 = new AmazonS3Client(admin, S3Config());
            await s3.PutBucketAsync(Bucket);
        }
        catch
        {
            // What is half up would outlive the tests.
            await RunAsync("stop");
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Absence is null)
        {
            await RunAsync("stop");
        }

        await (_cluster?.DisposeAsync() ?? ValueTask.CompletedTask);

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A token of which one thing is not as the role's trust policy wants it.</summary>
    public string SpoiledToken(string wrong) => Cluster.Issuer.IssueToken(token =>
    {
        switch (wrong)
        {
            case "audience":
                token.Audience = "kubernetes";
                break;
            case "subject":
                token.ServiceAccount = "other";
                break;
            case "signature":
                token.InvalidSignature = true;
                break;
            case "expiry":
                token.Lifetime = TimeSpan.FromHours(-1);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(wrong), wrong, "audience, subject, signature or expiry");
        }
    });

    public Task StopAsync() => RunAsync("down");

    public Task StartAgainAsync() => RunAsync("up");

    /// <summary>What a client needs for a server that knows no trailing checksums.</summary>
    public AmazonS3Config S3Config() => new()
    {
        ServiceURL = Endpoint.OriginalString,
        AuthenticationRegion = "us-east-1",
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
    };

    /// <summary>Two neighbouring ports: the gateway's and the monitor's.</summary>
    private static int FreePorts()
    {
        while (true)
        {
            using var first = new TcpListener(IPAddress.Loopback, 0);
            first.Start();
            var port = ((IPEndPoint)first.LocalEndpoint).Port;
            try
            {
                using var second = new TcpListener(IPAddress.Loopback, port + 1);
                second.Start();
                return port;
            }
            catch (SocketException)
            {
                // The neighbour is taken: try another pair.
            }
        }
    }

    private async Task RegisterAsync(AWSCredentials admin)
    {
        using var http = new HttpClient(new SigV4SigningHandler(admin, RegionEndpoint.USEast1, "iam")) { BaseAddress = Endpoint };
        var issuer = Cluster.Issuer.Url.OriginalString;
        await CallAsync(http, new()
        {
            ["Action"] = "CreateOpenIDConnectProvider",
            ["Url"] = issuer,
            ["ClientIDList.member.1"] = "sts.amazonaws.com",
            ["ThumbprintList.member.1"] = await ThumbprintAsync(),
        });
        await CallAsync(http, new()
        {
            ["Action"] = "CreateRole",
            ["RoleName"] = "app",
            ["AssumeRolePolicyDocument"] = TrustPolicy.For(issuer, "default", "app", RoleArn).ToJson(),
        });
        await CallAsync(http, new()
        {
            ["Action"] = "PutRolePolicy",
            ["RoleName"] = "app",
            ["PolicyName"] = "objects",
            ["PolicyDocument"] = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::bucket","arn:aws:s3:::bucket/*"]}]}""",
        });
    }

    private static async Task CallAsync(HttpClient http, Dictionary<string, string> fields)
    {
        fields["Version"] = "2010-05-08";

        // The gateway does not read "+" as a space.
        var form = string.Join('&', fields.Select(static field => $"{field.Key}={Uri.EscapeDataString(field.Value)}"));
        using var answer = await http.PostAsync("/", new StringContent(form, Encoding.ASCII, "application/x-www-form-urlencoded"));
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{fields["Action"]}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
    }

    private async Task<string> ThumbprintAsync()
    {
        using var http = new HttpClient();
        using var keys = JsonDocument.Parse(await http.GetStringAsync(new Uri(Cluster.Issuer.Url, "/keys")));
        var certificate = keys.RootElement.GetProperty("keys")[0].GetProperty("x5c")[0].GetBytesFromBase64();
#pragma warning disable CA5350 // A thumbprint is a SHA-1 by definition.
        return Convert.ToHexString(SHA1.HashData(certificate));
#pragma warning restore CA5350
    }

    private async Task RunAsync(string action)
    {
        var script = typeof(CephGateway).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static item => item.Key == "GatewayScript").Value!;
        var start = new ProcessStartInfo("bash", [script, action, _folder, _port.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"gateway {action}: {await output}{await errors}");
        }
    }
}
