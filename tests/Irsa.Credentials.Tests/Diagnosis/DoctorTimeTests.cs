using Amazon.Runtime;
using Amazon.S3;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Diagnosis;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Tests.Diagnosis;

/// <summary>Each check has a limit, and all together have 10 seconds.</summary>
public sealed class DoctorTimeTests : IDisposable
{
    private readonly DoctorFixture _patient = new();

    public void Dispose() => _patient.Dispose();

    [Theory]
    [InlineData(0, 5, 5)]
    [InlineData(0, 60, 8)]
    [InlineData(6, 5, 2)]
    [InlineData(8, 5, 1)]
    [InlineData(60, 5, 1)]
    [InlineData(60, 0.5, 0.5)]
    public void A_check_gets_what_earlier_ones_have_left_but_at_least_a_second(double secondsGone, double wanted, double expected)
    {
        using var context = Context(call: null);
        _patient.Time.Advance(TimeSpan.FromSeconds(secondsGone));

        Assert.Equal(TimeSpan.FromSeconds(expected), context.LimitOf(TimeSpan.FromSeconds(wanted)));
    }

    [Fact]
    public async Task A_token_source_that_hangs_ends_with_its_limit()
    {
        _patient.Options.TokenSource = WebIdentityTokenSource.From("a hanging one", static _ => new ValueTask<string>(new TaskCompletionSource<string>().Task));

        var examination = _patient.ExamineAsync(3);
        await AdvanceAsync(examination);

        Assert.Equal((DoctorVerdict.Fail, "IRSA209"), ((await examination).Verdict, (await examination).ErrorId));
    }

    [Fact]
    public async Task A_call_that_ignores_its_cancellation_ends_with_its_limit()
    {
        var call = new DoctorCall("hanging call", "s3:ListBucket", static (_, _) => new TaskCompletionSource().Task);
        using var context = Context(call);
        _patient.Time.Advance(TimeSpan.FromSeconds(7));

        var checking = ServiceCallCheck.RunAsync(context, TestContext.Current.CancellationToken);
        await AdvanceAsync(checking);

        Assert.Contains("no answer within 1 second.", (await checking).ToCheck(10, "service call").Seen, StringComparison.Ordinal);
    }

    /// <summary>S3's sentences, in the old form and the one that names the policy.</summary>
    [Theory]
    [InlineData("because no VPC endpoint policy allows the s3:ListBucket action", "Ask the owner of the VPC endpoint policy to allow")]
    [InlineData("with an explicit deny in a service control policy: arn:aws:organizations::1:policy/o-1/service_control_policy/p-1", "Ask the owner of the service control policy to allow")]
    [InlineData("with an explicit deny in a resource-based policy", "Ask the owner of the resource-based policy to allow")]
    [InlineData("because no identity-based policy allows the s3:ListBucket action", "Ask the owner of the identity-based policy to allow")]
    [InlineData("Access Denied", "in the role's policies and in the resource's own policy")]
    public async Task A_permission_that_is_missing_is_asked_for_where_the_sentence_says(string sentence, string remedy)
    {
        var call = new DoctorCall("s3://bucket", "s3:ListBucket", (_, _) => throw new AmazonS3Exception(sentence, ErrorType.Sender, "AccessDenied", "1", System.Net.HttpStatusCode.Forbidden));
        using var context = Context(call);

        var check = (await ServiceCallCheck.RunAsync(context, TestContext.Current.CancellationToken)).ToCheck(10, "service call");

        Assert.Contains(sentence, check.Seen, StringComparison.Ordinal);
        Assert.Contains(remedy, check.Remedy, StringComparison.Ordinal);
    }

    private DoctorContext Context(DoctorCall? call) => new(_patient.Options, new InjectedEnvironment(name => _patient.Variables.GetValueOrDefault(name)), _patient.Time, exchange: true, call)
    {
        Issued = new ExchangeResult
        {
            Keys = new ImmutableCredentials("ASIAEXAMPLE", "secret-of-the-session", "token-of-the-session"),
            AssumedRoleArn = "arn:aws:sts::111122223333:assumed-role/app/pod",
            Expiration = _patient.Time.GetUtcNow().AddHours(1),
            Lifetime = TimeSpan.FromHours(1),
            SentAt = 0,
        },
    };

    private async Task AdvanceAsync(Task until)
    {
        while (!until.IsCompleted)
        {
            if (_patient.Time.ActiveTimers > 0)
            {
                _patient.Time.Advance(TimeSpan.FromSeconds(1));
            }

            await Task.Yield();
        }
    }
}
