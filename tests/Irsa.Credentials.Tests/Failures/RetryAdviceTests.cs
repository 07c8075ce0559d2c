using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Tests.Failures;

public sealed class RetryAdviceTests
{
    [Fact]
    public void A_command_that_ends_promises_no_retries()
    {
        Assert.Contains(ErrorCatalog.All, static explanation => explanation.Remedy.Contains("keeps retrying", StringComparison.Ordinal));
        Assert.All(ErrorCatalog.All, static explanation =>
        {
            var failure = RetryAdvice.WithoutRetries(new Failure(explanation.Code, IsPermanent: false, "seen", explanation.Remedy));

            Assert.DoesNotContain("keeps retrying", failure.Remedy, StringComparison.OrdinalIgnoreCase);
        });
    }
}
