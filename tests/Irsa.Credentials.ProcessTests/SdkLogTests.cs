using System.Diagnostics;
using Amazon;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.ProcessTests;

/// <summary>An application may have the SDK log every response. What STS answers to this library is not in that log.</summary>
[Collection(nameof(Sequence))]
public sealed class SdkLogTests : IAsyncLifetime
{
    private const string Second = "arn:aws:iam::999922223333:role/second";

    private readonly (LoggingOptions To, ResponseLoggingOption Responses, TextWriter Console) _before = (AWSConfigs.LoggingConfig.LogTo, AWSConfigs.LoggingConfig.LogResponses, Console.Out);
    private readonly StringWriter _log = new();
    private readonly TextWriterTraceListener _listener;
    private LocalAws _aws = null!;

    public SdkLogTests() => _listener = new TextWriterTraceListener(_log, nameof(SdkLogTests));

    public static TheoryData<LoggingOptions, ResponseLoggingOption> Modes => new MatrixTheoryData<LoggingOptions, ResponseLoggingOption>(
        [LoggingOptions.Console, LoggingOptions.SystemDiagnostics],
        [ResponseLoggingOption.Never, ResponseLoggingOption.OnError, ResponseLoggingOption.Always]);

    public static TheoryData<LoggingOptions> Targets => [LoggingOptions.Console, LoggingOptions.SystemDiagnostics];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(cancellationToken: Cancel);
        _aws.Sts.AddRole(Second, $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"{{_aws.RoleArn}}"},"Action":"sts:AssumeRole"}]}""");
        Console.SetOut(TextWriter.Synchronized(_log));
        AWSConfigs.AddTraceListener("Amazon", _listener);
    }

    public async ValueTask DisposeAsync()
    {
        (AWSConfigs.LoggingConfig.LogTo, AWSConfigs.LoggingConfig.LogResponses) = (_before.To, _before.Responses);
        AWSConfigs.RemoveTraceListener("Amazon", nameof(SdkLogTests));
        _listener.Dispose();
        Console.SetOut(_before.Console);
        await _aws.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task No_client_of_this_library_writes_there(LoggingOptions target, ResponseLoggingOption mode)
    {
        (AWSConfigs.LoggingConfig.LogTo, AWSConfigs.LoggingConfig.LogResponses) = (target, mode);
        var options = new IrsaOptions
        {
            AssumeRole = new AssumeRoleOptions { RoleArn = Second },
            ConfigureSts = static sts =>
            {
                sts.DisableLogging = false;
                sts.LogResponse = true;
            },
        };
        _aws.Configure(options);
        var token = await File.ReadAllTextAsync(_aws.Tokens.Path, Cancel);
        await using var credentials = new WebIdentityTokenCredentials(options);

        var keys = await credentials.GetCredentialsAsync(Cancel);
        var report = await new IrsaDoctor(options).ExamineAsync(Cancel);
        _aws.Sts.Faults.Always(Fault.Body(400, "text/xml", $"<ErrorResponse><Error><Code>Echo</Code><Message>{token}</Message></Error></ErrorResponse>"));
        await using var refused = new WebIdentityTokenCredentials(options);
        await Assert.ThrowsAsync<IrsaException>(() => refused.GetCredentialsAsync(Cancel));

        Assert.NotEmpty(report.Checks);
        Assert.DoesNotContain(nameof(AmazonSecurityTokenServiceClient), _log.ToString(), StringComparison.Ordinal);
        foreach (var secret in (string[])[keys.SecretKey, keys.Token, token, token.Split('.')[2]])
        {
            Assert.DoesNotContain(secret, _log.ToString(), StringComparison.Ordinal);
        }
    }

    /// <summary>Version 3 of the SDK could also write to log4net. A new target is one more row.</summary>
    [Fact]
    public void These_are_all_targets_of_the_SDKs_log() =>
        Assert.Equal([LoggingOptions.None, .. Targets.Select(static row => row.Data).Order()], Enum.GetValues<LoggingOptions>().Order());

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task The_SDKs_own_client_shows_that_the_log_is_on(LoggingOptions target)
    {
        (AWSConfigs.LoggingConfig.LogTo, AWSConfigs.LoggingConfig.LogResponses) = (target, ResponseLoggingOption.Always);
        using var sts = new AmazonSecurityTokenServiceClient(new AnonymousAWSCredentials(), new AmazonSecurityTokenServiceConfig { ServiceURL = _aws.Sts.Endpoint.AbsoluteUri, AuthenticationRegion = _aws.Region });

        var answer = await sts.AssumeRoleWithWebIdentityAsync(
            new() { RoleArn = _aws.RoleArn, RoleSessionName = "test", WebIdentityToken = await File.ReadAllTextAsync(_aws.Tokens.Path, Cancel) }, Cancel);

        Assert.Contains(answer.Credentials.SecretAccessKey, _log.ToString(), StringComparison.Ordinal);
    }
}
