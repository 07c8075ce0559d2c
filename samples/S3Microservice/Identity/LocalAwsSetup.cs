using Irsa.Credentials;
using Irsa.Credentials.Testing;

namespace S3Microservice.Identity;

/// <summary>
/// Lets the service run where there is neither cluster nor AWS: in Development, outside Kubernetes, and with no pod variable set. It changes
/// configuration only, so that the service's own code is the same everywhere. Compiled for Debug alone: its STS believes everybody.
/// </summary>
internal sealed class LocalAwsSetup : IAsyncDisposable
{
    private readonly LocalAws? _aws;

    private LocalAwsSetup(LocalAws? aws) => _aws = aws;

    public static async Task<LocalAwsSetup> StartIfAloneAsync(WebApplicationBuilder builder)
    {
        string[] injected = ["AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "KUBERNETES_SERVICE_HOST"];
        var section = builder.Configuration.GetSection(IrsaOptions.SectionName);
        if (!builder.Environment.IsDevelopment()
            || injected.Any(static name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
            || section["RoleArn"] is not null)
        {
            return new LocalAwsSetup(null);
        }

        var aws = await LocalAws.StartAsync(options => options.Buckets.Add(builder.Configuration["S3:Bucket"] ?? "sample-bucket"));
        section["RoleArn"] = aws.RoleArn;
        section["WebIdentityTokenFile"] = aws.Tokens.Path;
        section["Region"] = aws.Region;
        section["ExpiryMargin"] ??= "00:00:05";
        section["StsEndpoint"] = aws.Sts.Endpoint.AbsoluteUri;
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_S3", aws.S3.Endpoint.AbsoluteUri);
        return new LocalAwsSetup(aws);
    }

    public void Announce(WebApplication app)
    {
        if (_aws is not null)
        {
            app.Logger.LocalAwsStarted(_aws.Sts.Endpoint, _aws.S3.Endpoint);
            app.MapStsSimulation(_aws);
        }
    }

    public ValueTask DisposeAsync() => _aws?.DisposeAsync() ?? ValueTask.CompletedTask;
}
