namespace Irsa.Credentials.SampleTests;

/// <summary>What https://github.com/aws/amazon-eks-pod-identity-webhook injects and leaves out.</summary>
public sealed class WebhookContractTests : PodTest
{
    /// <summary>An endpoint of one's own may stand for any partition.</summary>
    private const string WithoutEndpoint = "-AWS_ENDPOINT_URL_STS";

    public WebhookContractTests(SampleForAll sample)
        : base(sample)
    {
    }

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
        using var pod = PodOf(Aws.RoleArn, manifest);
        await ExpectAsync(pod, id, what);
    }

    /// <summary>S3 takes no signature for another region, so the webhook's was not used.</summary>
    [Theory]
    [InlineData("AWS_REGION")]
    [InlineData("AWS_DEFAULT_REGION")]
    public async Task A_region_of_the_manifest_suppresses_both_of_the_webhooks(string variable)
    {
        using var pod = PodOf(Aws.RoleArn, variable + "=eu-central-1", region: "us-east-1");
        await ExpectAsync(pod, None, variable);
    }

    [Theory]
    [InlineData("without the regional variable", false, "eu-central-1", None)]
    [InlineData("without a region", true, null, "IRSA107")]
    [InlineData("with a region outside the role's partition", true, "cn-north-1", "IRSA108")]
    public async Task What_the_webhook_was_started_with(string what, bool isRegional, string? region, string id)
    {
        using var pod = PodOf(Aws.RoleArn, id == "IRSA108" ? WithoutEndpoint : "", isRegional: isRegional, region: region);
        await ExpectAsync(pod, id, what);
    }

    [Theory]
    [InlineData("no annotation, a container that is skipped, or a webhook that was down", null, "IRSA101")]
    [InlineData("an annotation that is no ARN is injected unchanged", "orders", "IRSA104")]
    [InlineData("a role outside the region's partition", "arn:aws-cn:iam::111122223333:role/local-app", "IRSA108")]
    public async Task What_the_annotation_says(string what, string? annotation, string id)
    {
        using var pod = PodOf(annotation, id == "IRSA108" ? WithoutEndpoint : "");
        await ExpectAsync(pod, id, what);
    }

    [Theory]
    [InlineData("sts.amazonaws.com", 600, "/var/run/secrets/eks.amazonaws.com/serviceaccount", None)]
    [InlineData("sts.amazonaws.com", 86400, "/tokens of another place", None)]
    [InlineData("another-audience", 86400, "/var/run/secrets/eks.amazonaws.com/serviceaccount", "IRSA303")]
    public async Task What_the_volume_holds(string audience, int lifetime, string mount, string id)
    {
        using var pod = PodOf(Aws.RoleArn, "", mount: mount, token: Aws.Issuer.IssueToken(token =>
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
        Aws.Sts.AddProvider(Aws.Issuer.Url.OriginalString, Audience);
        Aws.Sts.AddRole(Aws.RoleArn, TrustPolicy.For(Aws.Issuer.Url.OriginalString, "default", "app", Aws.RoleArn, Audience).ToJson());
        using var pod = PodOf(Aws.RoleArn, "", token: Aws.Issuer.IssueToken(static token => token.Audience = Audience));
        await ExpectAsync(pod, None, Audience);
    }

    [Theory]
    [InlineData("arn:aws-cn:iam::111122223333:role/local-app", "cn-north-1")]
    [InlineData("arn:aws-us-gov:iam::111122223333:role/team/local-app", "us-gov-west-1")]
    public async Task In_another_partition(string role, string region)
    {
        await Aws.DisposeAsync();
        Aws = await StartAwsAsync(role, region);
        using var pod = PodOf(role, "", region: region);
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
        using var pod = PodOf(
            $"arn:{partition}:iam::111122223333:role/local-app",
            $"{WithoutEndpoint} AWS_STS_REGIONAL_ENDPOINTS={endpoints} HTTPS_PROXY={proxy.Address} Irsa__MaxAttempts=1 Irsa__AttemptTimeout=00:01:00 Irsa__ExchangeTimeout=00:01:00",
            region: region);

        await ExpectAsync(pod, "IRSA407", host);

        Assert.NotEmpty(proxy.Targets);
        Assert.All(proxy.Targets, target => Assert.Equal(host + ":443", target));
    }

    [Theory]
    [InlineData("AWS_ENDPOINT_URL_STS=")]
    [InlineData("-AWS_ENDPOINT_URL_STS AWS_ENDPOINT_URL=")]
    [InlineData("AWS_ENDPOINT_URL_STS= AWS_ENDPOINT_URL=")]
    public async Task An_endpoint_that_a_template_left_empty_is_none(string manifest)
    {
        await using var proxy = new RefusingProxy();
        using var pod = PodOf(Aws.RoleArn, $"{manifest} HTTPS_PROXY={proxy.Address} Irsa__MaxAttempts=1 Irsa__AttemptTimeout=00:01:00 Irsa__ExchangeTimeout=00:01:00");

        await ExpectAsync(pod, "IRSA407", manifest);

        Assert.All(proxy.Targets, static target => Assert.Equal("sts.eu-central-1.amazonaws.com:443", target));
    }

    [Fact]
    public async Task A_pod_with_an_association_of_Pod_Identity_gets_other_variables()
    {
        using var pod = PodOf(null, "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://169.254.170.23/v1/credentials AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=TOKEN AWS_REGION=eu-central-1 AWS_STS_REGIONAL_ENDPOINTS=regional");
        await ExpectAsync(pod, "IRSA110", "Pod Identity");
    }
}
