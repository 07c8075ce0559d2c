using Amazon.Runtime;
using Irsa.Credentials.Benchmarks.Measuring;
using Irsa.Credentials.MeasuredApp;

namespace Irsa.Credentials.PerformanceTests;

/// <summary>A token file and an AWS inside of the process: every call ends before it returns, so that its bytes are counted on one thread.</summary>
internal sealed class InMemoryPod : IDisposable
{
    private readonly TokenFileForWorkers _token = new();

    public InMemoryPod(TimeProvider? time = null) => Aws = new InMemoryAws(time ?? TimeProvider.System);

    public InMemoryAws Aws { get; }

    public static AWSCredentials StaticKeys { get; } =
        new SessionAWSCredentials(InMemoryAws.AccessKeyId, InMemoryAws.SecretAccessKey, InMemoryAws.SessionToken, InMemoryAws.AccountId);

    /// <summary>Points an identity at this pod.</summary>
    public void Configure(IrsaOptions options)
    {
        options.RoleArn = _token.Environment["AWS_ROLE_ARN"];
        options.Region = _token.Environment["AWS_REGION"];
        options.WebIdentityTokenFile = _token.Path;
        options.ConfigureSts = Aws.Configure;
    }

    /// <summary>Makes a provider that has its first credentials.</summary>
    public async Task<WebIdentityTokenCredentials> CreateCredentialsAsync(TimeProvider? time = null)
    {
        var options = new IrsaOptions();
        Configure(options);
        var credentials = new WebIdentityTokenCredentials(options, null, time);
        await credentials.GetCredentialsAsync();
        return credentials;
    }

    public void Dispose()
    {
        Aws.Dispose();
        _token.Dispose();
    }
}
