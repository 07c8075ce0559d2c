using Irsa.Credentials.Configuration;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.IntegrationTests.PodIdentity;

/// <summary>The doctor in a pod with EKS Pod Identity.</summary>
public sealed class PodIdentityDoctorTests : IAsyncLifetime
{
    private readonly Dictionary<string, string> _variables = new() { ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:1/" };
    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(cancellationToken: Cancel);
        foreach (var (name, value) in _aws.PodIdentityEnvironment)
        {
            _variables[name] = value;
        }
    }

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task A_healthy_pod_passes_with_one_call_to_the_agent()
    {
        var report = await ExamineAsync(CredentialSource.PodIdentity);

        Assert.Equal(0, report.ExitCode);
        Assert.DoesNotContain(report.Checks, static check => check.Verdict is DoctorVerdict.Warn or DoctorVerdict.Fail);
        Assert.Equal(1, _aws.PodIdentity.Calls);
        Assert.Equal(["GetCallerIdentity"], _aws.Sts.Calls.Select(static call => call.Action));
        Assert.Contains("assumed-role/local-app/eks-", report.Checks[7].Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_association_it_says_so()
    {
        _aws.PodIdentity.RoleArn = null;

        var report = await ExamineAsync(CredentialSource.PodIdentity);

        Assert.Equal(("exchange", "IRSA605"), (report.Checks[6].Name, report.Checks[6].ErrorId));
        Assert.Equal(1, _aws.PodIdentity.Calls);
    }

    [Fact]
    public async Task An_expired_token_is_named_and_costs_no_wait()
    {
        _aws.PodIdentity.Tokens.Write(_aws.Issuer.IssueToken(static token =>
        {
            token.Audience = "pods.eks.amazonaws.com";
            token.IssuedAt = TimeProvider.System.GetUtcNow().AddDays(-3);
        }));

        var report = await ExamineAsync(CredentialSource.PodIdentity);

        Assert.Equal(["IRSA604", "IRSA604"], new[] { report.Checks[3].ErrorId, report.Checks[6].ErrorId });
    }

    [Fact]
    public async Task The_token_of_IRSA_in_its_place_is_named()
    {
        _aws.PodIdentity.Tokens.Write(_aws.Issuer.IssueToken());

        var report = await ExamineAsync(CredentialSource.PodIdentity);

        Assert.Equal("IRSA604", report.Checks[3].ErrorId);
        Assert.Contains("sts.amazonaws.com", report.Checks[3].Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_default_the_pod_is_told_that_it_has_Pod_Identity_instead()
    {
        var report = await ExamineAsync(CredentialSource.WebIdentity);

        Assert.Equal("IRSA110", report.Checks[0].ErrorId);
        Assert.Equal(0, _aws.PodIdentity.Calls);
    }

    [Fact]
    public async Task Whichever_is_injected_is_examined() => Assert.Equal(0, (await ExamineAsync(CredentialSource.Injected)).ExitCode);

    private Task<DoctorReport> ExamineAsync(CredentialSource source) => new IrsaDoctor(
        new IrsaOptions { Source = source }, new InjectedEnvironment(name => _variables.GetValueOrDefault(name)), TimeProvider.System).ExamineAsync(Cancel);
}
