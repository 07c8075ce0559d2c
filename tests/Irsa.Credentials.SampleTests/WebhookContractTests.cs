using System.Text.Json;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.SampleTests;

/// <summary>
/// What https://github.com/aws/amazon-eks-pod-identity-webhook injects and leaves out, and whom the kubelet lets read the token: in each case
/// the service works, or says by id what is wrong. It runs as a user that is not root where the tests may start one.
/// </summary>
public sealed class WebhookContractTests : IClassFixture<SampleForAll>, IAsyncLifetime
{
    private const string None = "";

    /// <summary>An endpoint of one's own may stand for any partition.</summary>
    private const string WithoutEndpoint = "-AWS_ENDPOINT_URL_STS";

    private const int Everybody = 0b110_100_100;
    private const int OwnerAndGroup = 0b110_100_000;
    private const int OwnerOnly = 0b110_000_000;

    private readonly string _program;
    private LocalAws _aws = null!;

    public WebhookContractTests(SampleForAll sample) => _program = sample.Program;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await StartAwsAsync();

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Theory]
    [InlineData("nothing of its own", "", None)]
    [InlineData("the global STS endpoint asked for", "AWS_STS_REGIONAL_ENDPOINTS=legacy", None)]
    [InlineData("role and token file by hand", "AWS_ROLE_ARN=ROLE AWS_WEB_IDENTITY_TOKEN_FILE=TOKEN", None)]
    [InlineData("only the role by hand: no token variable is added", "AWS_ROLE_ARN=ROLE", "IRSA103")]
    [InlineData("only the token file by hand: no role is added", "AWS_WEB_IDENTITY_TOKEN_FILE=TOKEN", "IRSA102")]
    [InlineData("role, region and endpoints by hand: not even the mount is added", "AWS_ROLE_ARN=ROLE AWS_REGION=eu-central-1 AWS_STS_REGIONAL_ENDPOINTS=regional", "IRSA103")]
    [InlineData("all by hand: the mount is missing", "AWS_ROLE_ARN=ROLE AWS_WEB_IDENTITY_TOKEN_FILE=TOKEN AWS_REGION=eu-central-1 AWS_STS_REGIONAL_ENDPOINTS=regional", "IRSA201")]
    [InlineData("a role by hand that is empty", "AWS_ROLE_ARN=", "IRSA101")]
    [InlineData("keys of somebody else", "AWS_ACCESS_KEY_ID=AKIAOTHERIDENTITY000 AWS_SECRET_ACCESS_KEY=other", None)]
    [InlineData("another role through envFrom: the injected one beats it", "envFrom:AWS_ROLE_ARN=arn:aws:iam::111122223333:role/other envFrom:AWS_WEB_IDENTITY_TOKEN_FILE=/other", None)]
    [InlineData("no region but through envFrom: the webhook's beats it", "envFrom:AWS_REGION=us-east-1", None)]
    public async Task What_the_manifest_says_itself(string what, string manifest, string id)
    {
        using var pod = Pod(_aws.RoleArn, manifest);
        await ExpectAsync(pod, id, what);
    }

    /// <summary>S3 takes no signature for another region, so the webhook's was not used.</summary>
    [Theory]
    [InlineData("AWS_REGION")]
    [InlineData("AWS_DEFAULT_REGION")]
    public async Task A_region_of_the_manifest_suppresses_both_of_the_webhooks(string variable)
    {
        using var pod = Pod(_aws.RoleArn, variable + "=eu-central-1", region: "us-east-1");
        await ExpectAsync(pod, None, variable);
    }

    [Theory]
    [InlineData("without the regional variable", false, "eu-central-1", None)]
    [InlineData("without a region", true, null, "IRSA107")]
    [InlineData("with a region of another partition than the role's", true, "cn-north-1", "IRSA108")]
    public async Task What_the_webhook_was_started_with(string what, bool isRegional, string? region, string id)
    {
        using var pod = Pod(_aws.RoleArn, id == "IRSA108" ? WithoutEndpoint : "", isRegional: isRegional, region: region);
        await ExpectAsync(pod, id, what);
    }

    [Theory]
    [InlineData("no annotation, a container that is skipped, or a webhook that was down", null, "IRSA101")]
    [InlineData("an annotation that is no ARN is injected as it stands", "orders", "IRSA104")]
    [InlineData("a role of another partition than the region", "arn:aws-cn:iam::111122223333:role/local-app", "IRSA108")]
    public async Task What_the_annotation_says(string what, string? annotation, string id)
    {
        using var pod = Pod(annotation, id == "IRSA108" ? WithoutEndpoint : "");
        await ExpectAsync(pod, id, what);
    }

    [Theory]
    [InlineData("sts.amazonaws.com", 600, "/var/run/secrets/eks.amazonaws.com/serviceaccount", None)]
    [InlineData("sts.amazonaws.com", 86400, "/tokens of another place", None)]
    [InlineData("another-audience", 86400, "/var/run/secrets/eks.amazonaws.com/serviceaccount", "IRSA303")]
    public async Task What_the_volume_holds(string audience, int lifetime, string mount, string id)
    {
        using var pod = Pod(_aws.RoleArn, "", mount: mount, token: _aws.Issuer.IssueToken(token =>
        {
            token.Audience = audience;
            token.Lifetime = TimeSpan.FromSeconds(lifetime);
        }));
        await ExpectAsync(pod, id, audience);
    }

    [Fact]
    public async Task An_audience_of_ones_own_works_where_provider_and_role_know_it()
    {
        const string Audience = "another-audience";
        _aws.Sts.AddProvider(_aws.Issuer.Url.OriginalString, Audience);
        _aws.Sts.AddRole(_aws.RoleArn, TrustPolicy.For(_aws.Issuer.Url.OriginalString, "default", "app", _aws.RoleArn, Audience).ToJson());
        using var pod = Pod(_aws.RoleArn, "", token: _aws.Issuer.IssueToken(static token => token.Audience = Audience));
        await ExpectAsync(pod, None, Audience);
    }

    [Theory]
    [InlineData("arn:aws-cn:iam::111122223333:role/local-app", "cn-north-1")]
    [InlineData("arn:aws-us-gov:iam::111122223333:role/team/local-app", "us-gov-west-1")]
    public async Task In_another_partition(string role, string region)
    {
        await _aws.DisposeAsync();
        _aws = await StartAwsAsync(role, region);
        using var pod = Pod(role, "", region: region);
        await ExpectAsync(pod, None, region);
    }

    /// <summary>Without an endpoint of one's own, as on EKS; the regional variable changes nothing, for the global host is never used.</summary>
    [Theory]
    [InlineData("aws", "eu-central-1", "regional", "sts.eu-central-1.amazonaws.com")]
    [InlineData("aws", "us-east-1", "legacy", "sts.us-east-1.amazonaws.com")]
    [InlineData("aws-cn", "cn-north-1", "regional", "sts.cn-north-1.amazonaws.com.cn")]
    [InlineData("aws-us-gov", "us-gov-west-1", "regional", "sts.us-gov-west-1.amazonaws.com")]
    public async Task Which_STS_is_called(string partition, string region, string endpoints, string host)
    {
        await using var proxy = new RefusingProxy();
        using var pod = Pod(
            $"arn:{partition}:iam::111122223333:role/local-app",
            $"{WithoutEndpoint} AWS_STS_REGIONAL_ENDPOINTS={endpoints} HTTPS_PROXY={proxy.Address} Irsa__MaxAttempts=1",
            region: region);

        await ExpectAsync(pod, "IRSA407", host);

        Assert.NotEmpty(proxy.Targets);
        Assert.All(proxy.Targets, target => Assert.Equal(host + ":443", target));
    }

    [Fact]
    public async Task A_pod_with_an_association_of_Pod_Identity_gets_other_variables()
    {
        using var pod = Pod(null, "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://169.254.170.23/v1/credentials AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=TOKEN AWS_REGION=eu-central-1 AWS_STS_REGIONAL_ENDPOINTS=regional");
        await ExpectAsync(pod, "IRSA110", "Pod Identity");
    }

    [Theory]
    [InlineData("fsGroup 65534", OwnerAndGroup, 0, PodUser.FsGroup, PodUser.FsGroup, None)]
    [InlineData("fsGroup, but the process was taken out of the group", OwnerAndGroup, 0, PodUser.FsGroup, 0, "IRSA202")]
    [InlineData("one runAsUser for all containers", OwnerOnly, PodUser.App, PodUser.App, 0, None)]
    [InlineData("runAsUser for one container only", OwnerOnly, 1000, 1000, 0, "IRSA202")]
    [InlineData("neither", Everybody, 0, 0, 0, None)]
    [InlineData("neither, before Kubernetes 1.19", OwnerOnly, 0, 0, 0, "IRSA202")]
    public async Task Who_may_read_the_token(string what, int mode, int owner, int group, int furtherGroup, string id)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give a file away and start a process as another user.");
        using var pod = Pod(_aws.RoleArn, "", mode: mode, owner: owner, group: group);

        var said = await ExpectAsync(pod, id, what, furtherGroup == 0 ? new PodUser(PodUser.App, PodUser.App) : new PodUser(PodUser.App, PodUser.App, furtherGroup));

        if (id != None)
        {
            Assert.Contains("user 1654", said, StringComparison.Ordinal);
        }
    }

    private static async Task<LocalAws> StartAwsAsync(string? role = null, string? region = null) => await LocalAws.StartAsync(
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
        "IRSA101" => "delete the pod: the webhook acts only when a pod is created",
        "IRSA102" => "Remove AWS_WEB_IDENTITY_TOKEN_FILE from the manifest, or set both",
        "IRSA103" => "Remove AWS_ROLE_ARN from the manifest, or set both",
        "IRSA104" => "Correct the service account's eks.amazonaws.com/role-arn annotation",
        "IRSA107" => "Set AWS_REGION in the container's env",
        "IRSA108" => "Correct the region, or the partition in the role's ARN",
        "IRSA110" => "Remove the Pod Identity association and recreate the pod",
        "IRSA201" => "Check that the volume aws-iam-token is mounted in this container",
        "IRSA202" => "Set securityContext.fsGroup: 65534",
        "IRSA303" => "add-client-id-to-open-id-connect-provider",
        "IRSA407" => "let it pass the STS host",
        _ => throw new ArgumentOutOfRangeException(nameof(id), id, "No remedy is known for this id."),
    };

    private Pod Pod(
        string? annotation, string manifest, bool isRegional = true, string? region = "eu-central-1", string mount = SampleTests.Pod.DefaultMount, string? token = null, int mode = Everybody, int owner = 0, int group = 0)
    {
        var pod = new Pod(annotation, token ?? _aws.Issuer.IssueToken())
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
                ["AWS_ENDPOINT_URL_STS"] = _aws.Sts.Endpoint.AbsoluteUri,
                ["AWS_ENDPOINT_URL_S3"] = _aws.S3.Endpoint.AbsoluteUri,
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
                "ROLE" => _aws.RoleArn,
                "TOKEN" => pod.TokenFile,
                var value => value,
            };
        }

        pod.Create();
        return pod;
    }

    /// <summary>Starts the service in the pod: without an id it stores an object with the role, else it names the id and the remedy.</summary>
    private async Task<string> ExpectAsync(Pod pod, string id, string what, PodUser? user = null)
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
            Assert.Empty(_aws.S3.Keys("bucket"));
            return said;
        }

        var (process, http) = await SampleProcess.StartAsync(pod.Environment, _program, user);
        await using var ends = process;
        using var closes = http;
        using var stored = await http.PutAsync("/objects/key", new StringContent("hello"), Cancel);
        Assert.True(stored.IsSuccessStatusCode, $"{what}: {await stored.Content.ReadAsStringAsync(Cancel)}");
        Assert.NotEmpty(_aws.Sts.Calls);
        Assert.All(_aws.Sts.Calls, static call => Assert.Equal("orders-7d9c", call.RoleSessionName));
        using var identity = JsonDocument.Parse(await http.GetStringAsync("/whoami", Cancel));
        Assert.Equal(_aws.RoleArn, identity.RootElement.GetProperty("role").GetString());
        Assert.EndsWith(":assumed-role/local-app/orders-7d9c", identity.RootElement.GetProperty("assumedRole").GetString(), StringComparison.Ordinal);
        return process.Output;
    }
}
