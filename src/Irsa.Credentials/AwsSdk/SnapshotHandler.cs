using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// Puts one snapshot of the credentials in the identity's place for the whole request, as soon as the identity is chosen. Without it the SDK
/// reads a provider two or three times for one request, so that key and token may come from two sessions, and nothing can cancel the wait.
/// It stands outside of the retry handler, which would take a failure to get credentials for a failure of the service and retry it.
/// </summary>
internal sealed class SnapshotHandler : PipelineHandler
{
    private readonly Type _client;

    public SnapshotHandler(Type client) => _client = client;

    public override void InvokeSync(IExecutionContext executionContext)
    {
        var request = executionContext.RequestContext;
        Check(request);
        if (SigningIdentity.Of(request.Identity) is { } identity)
        {
            Use(identity.Cache.GetSnapshot(TimeSpan.Zero), identity, request);
        }

        base.InvokeSync(executionContext);
    }

    public override Task<T> InvokeAsync<T>(IExecutionContext executionContext)
    {
        var request = executionContext.RequestContext;
        Check(request);
        if (SigningIdentity.Of(request.Identity) is not { } identity)
        {
            return base.InvokeAsync<T>(executionContext);
        }

        var reading = identity.Cache.GetSnapshotAsync(TimeSpan.Zero, request.CancellationToken);
        if (!reading.IsCompletedSuccessfully)
        {
            return WaitAsync<T>(executionContext, identity, reading);
        }

        Use(reading.Result, identity, request);
        return base.InvokeAsync<T>(executionContext);
    }

    /// <summary>
    /// A client that was given this library's credentials must not go out with a bearer token, which the SDK prefers where it finds one for the
    /// service. And the identity of the whole process may be another than that of the client's container.</summary>
    private void Check(IRequestContext request)
    {
        if (request.Identity is AWSToken && SigningIdentity.Of(request.ExplicitAWSCredentials) is { } given)
        {
            throw RegistrationFailures.BearerToken(_client.Name, given.Cache.RoleArn, BearerTokenVariable()).ToException();
        }

        if (request.Identity is not WebIdentityTokenCredentials)
        {
            ForeignCredentialsCheck.Run(_client, request.Identity);
        }
    }

    /// <summary>The SDK has one variable for each service that takes bearer tokens.</summary>
    private static string? BearerTokenVariable() => Environment.GetEnvironmentVariables().Keys.OfType<string>()
        .FirstOrDefault(static name => name.StartsWith("AWS_BEARER_TOKEN_", StringComparison.Ordinal));

    private static void Use(CredentialSnapshot snapshot, WebIdentityTokenCredentials identity, IRequestContext request)
    {
        // Every request writes the same value.
        snapshot.Frozen.Source ??= identity.Cache;
        request.Identity = snapshot.Frozen;
    }

    private async Task<T> WaitAsync<T>(IExecutionContext executionContext, WebIdentityTokenCredentials identity, ValueTask<CredentialSnapshot> reading)
        where T : AmazonWebServiceResponse, new()
    {
        Use(await reading.ConfigureAwait(false), identity, executionContext.RequestContext);
        return await base.InvokeAsync<T>(executionContext).ConfigureAwait(false);
    }
}
