using Irsa.Credentials.AwsSdk;
using Microsoft.Extensions.Logging;
using NSubstitute;

namespace Irsa.Credentials.Tests.AwsSdk;

public sealed class PipelineRegistrationTests
{
    private readonly ILogger _logger = Substitute.For<ILogger>();

    public PipelineRegistrationTests() => _logger.IsEnabled(LogLevel.Warning).Returns(true);

    private IEnumerable<string> Logged => _logger.ReceivedCalls()
        .Where(static call => call.GetMethodInfo().Name == nameof(ILogger.Log))
        .Select(static call => call.GetArguments()[2]!.ToString()!);

    [Fact]
    public void An_SDK_without_the_pipeline_we_know_is_reported_once_and_tried_once()
    {
        var tries = 0;
        var registration = new PipelineRegistration(() =>
        {
            tries++;
            throw new TypeLoadException("Could not load type 'RetryHandler'");
        });

        registration.Ensure(_logger);
        registration.Ensure(_logger);

        Assert.Equal(1, tries);
        var message = Assert.Single(Logged);
        Assert.Contains("IRSA502", message, StringComparison.Ordinal);
        Assert.Contains("RetryHandler", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_SDK_we_are_built_for_has_the_pipeline_we_know()
    {
        PipelineRegistration.Process.Ensure(_logger);

        Assert.Empty(Logged);
    }
}
