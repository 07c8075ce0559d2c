using System.Collections.Concurrent;
using System.Diagnostics;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Irsa.Credentials.ContainerTests;

/// <summary>OpenTelemetry, set up in the same container, hears what happens before its own hosted service starts.</summary>
public sealed class OpenTelemetryTests : IAsyncLifetime
{
    private const string Role = "arn:aws:iam::111122223333:role/exported";

    private readonly Spans _spans = new();
    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(static options => options.RoleArn = Role, Cancel);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_span_of_the_first_exchange_is_exported_whatever_was_registered_first(bool isFirst)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        foreach (var step in isFirst ? (Action<IServiceCollection>[])[Trace, AddIdentity] : [AddIdentity, Trace])
        {
            step(builder.Services);
        }

        using var host = builder.Build();
        await host.StartAsync(Cancel);
        await host.StopAsync(Cancel);

        Assert.Equal(Role, Assert.Single(_spans.OfRole(Role)).GetTagItem("irsa.role"));
    }

    private void AddIdentity(IServiceCollection services) => services.AddIrsaAws(_aws.Configure);

    private void Trace(IServiceCollection services) => services.AddOpenTelemetry()
        .WithTracing(tracing => tracing.AddSource(IrsaTelemetry.ActivitySourceName).AddProcessor(_spans))
        .WithMetrics(static metrics => metrics.AddMeter(IrsaTelemetry.MeterName));

    private sealed class Spans : BaseProcessor<Activity>
    {
        private readonly ConcurrentQueue<Activity> _ended = [];

        public IEnumerable<Activity> OfRole(string role) => _ended.Where(span => Equals(span.GetTagItem("irsa.role"), role));

        public override void OnEnd(Activity data) => _ended.Enqueue(data);
    }
}
