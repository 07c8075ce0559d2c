using Irsa.Credentials.Testing;

namespace Irsa.Credentials.IntegrationTests.TestDouble;

/// <summary>Base of tests that each start a server and call its STS without an AWS client.</summary>
public abstract class LocalAwsTest : IAsyncLifetime
{
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected LocalAws Aws { get; private set; } = null!;

    private protected StsProbe Sts { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Aws = await LocalAws.StartAsync(Configure, Cancel);
        Sts = new StsProbe(Aws);
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Sts.Dispose();
        await Aws.DisposeAsync();
    }

    protected virtual void Configure(LocalAwsOptions options)
    {
    }
}
