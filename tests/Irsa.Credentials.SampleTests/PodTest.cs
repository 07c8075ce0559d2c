using System.Text.Json;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.SampleTests;

/// <summary>
/// The service in a pod: it works, or says by id what is wrong and what to do. It runs as a user that is not root where the tests may
/// start one.
/// </summary>
public abstract class PodTest : IClassFixture<SampleForAll>, IAsyncLifetime
{
    protected const string None = "";
    protected const int Everybody = 0b110_100_100;

    private readonly string _program;

    private protected PodTest(SampleForAll sample) => _program = sample.Program;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected LocalAws Aws { get; set; } = null!;

    public async ValueTask InitializeAsync() => Aws = await StartAwsAsync();

    public async ValueTask DisposeAsync()
    {
        await Aws.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static async Task<LocalAws> StartAwsAsync(string? role = null, string? region = null) => await LocalAws.StartAsync(
        options =>
        {
            options.RoleArn = role ?? options.RoleArn;
            options.Region = region ?? options.Region;
            options.PodName = "orders-7d9c";
            options.Buckets.Add("bucket");
        },
        Cancel);

    /// <summary>What the service tells to do.</summary>
    private static string Remedy(string id) => id switch
    {
        "IRSA101" => "Then recreate the pod: kubectl delete pod POD.",
        "IRSA102" => "Remove AWS_WEB_IDENTITY_TOKEN_FILE from the container's env",
        "IRSA103" => "Remove AWS_ROLE_ARN from the container's env",
        "IRSA104" => "kubectl annotate serviceaccount",
        "IRSA107" => "Set AWS_REGION in the container's env",
        "IRSA108" => "Set AWS_REGION or IrsaOptions.Region to a region of the role's partition",
        "IRSA110" => "delete the association and recreate the pod",
        "IRSA201" => "Check that the volume aws-iam-token is mounted into this container",
        "IRSA202" => "Set securityContext.fsGroup: 65534",
        "IRSA303" => "add-client-id-to-open-id-connect-provider",
        "IRSA407" => "let the proxy allow the STS host",
        _ => throw new ArgumentOutOfRangeException(nameof(id), id, "No remedy is known for this id."),
    };

    /// <summary>A pod whose manifest says NAME=value in <c>env</c>, envFrom:NAME=value, or -NAME for what the tests add otherwise.</summary>
    private protected Pod PodOf(
        string? annotation, string manifest, bool isRegional = true, string? region = "eu-central-1", string mount = Pod.DefaultMount, string? token = null, int mode = Everybody, int owner = 0, int group = 0)
    {
        var pod = new Pod(annotation, token ?? Aws.Issuer.IssueToken())
        {
            IsRegional = isRegional,
            DefaultRegion = region,
            Mount = mount,
            Mode = mode,
            Owner = owner,
            Group = group,
            Variables =
            {
                ["KUBERNETES_SERVICE_HOST"] = "10.100.0.1",
                ["HOSTNAME"] = "orders-7d9c",
                ["S3__Bucket"] = "bucket",
                ["AWS_ENDPOINT_URL_STS"] = Aws.Sts.Endpoint.AbsoluteUri,
                ["AWS_ENDPOINT_URL_S3"] = Aws.S3.Endpoint.AbsoluteUri,
            },
        };
        foreach (var pair in manifest.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static entry => entry.Split('=', 2)))
        {
            if (pair is [['-', .. var left]])
            {
                pod.Variables.Remove(left);
                continue;
            }

            var name = pair[0].Replace("envFrom:", string.Empty, StringComparison.Ordinal);
            (name == pair[0] ? pod.Variables : pod.FromElsewhere)[name] = pair[1] switch
            {
                "ROLE" => Aws.RoleArn,
                "TOKEN" => pod.TokenFile,
                var value => value,
            };
        }

        pod.Create();
        return pod;
    }

    /// <summary>Starts the service in the pod: without an id it stores an object with the role, else it names the id and the remedy.</summary>
    private protected async Task<string> ExpectAsync(Pod pod, string id, string what, PodUser? user = null)
    {
        if (Environment.IsPrivilegedProcess)
        {
            user ??= new PodUser(PodUser.App, PodUser.App);
        }

        if (id.Length > 0)
        {
            var (exitCode, said) = await SampleProcess.TryAsync(pod.Environment, _program, user);
            Assert.True(exitCode != 0 && said.Contains(id, StringComparison.Ordinal), $"{what}: exit code {exitCode}, {said}");
            Assert.Contains(Remedy(id), said, StringComparison.Ordinal);
            Assert.Empty(Aws.S3.Keys("bucket"));
            return said;
        }

        var (process, http) = await SampleProcess.StartAsync(pod.Environment, _program, user);
        await using var ends = process;
        using var closes = http;
        using var stored = await http.PutAsync("/objects/key", new StringContent("hello"), Cancel);
        Assert.True(stored.IsSuccessStatusCode, $"{what}: {await stored.Content.ReadAsStringAsync(Cancel)}");
        Assert.NotEmpty(Aws.Sts.Calls);
        Assert.All(Aws.Sts.Calls, static call => Assert.Equal("orders-7d9c", call.RoleSessionName));
        using var identity = JsonDocument.Parse(await http.GetStringAsync("/whoami", Cancel));
        Assert.Equal(Aws.RoleArn, identity.RootElement.GetProperty("role").GetString());
        Assert.EndsWith(":assumed-role/local-app/orders-7d9c", identity.RootElement.GetProperty("assumedRole").GetString(), StringComparison.Ordinal);
        return process.Output;
    }
}
