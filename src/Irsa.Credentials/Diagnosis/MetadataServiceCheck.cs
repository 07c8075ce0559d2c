using System.Globalization;
using System.Net;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Diagnosis;

/// <summary>
/// Checks whether the pod can get the node's role from the instance metadata service. If so, an AWS SDK that does not find the pod's identity
/// silently uses the node's. The check looks only at the status of the responses. The hop limit holds back only the response to a request for a
/// session token (version 2). Without a token (version 1) the node's role is available over any number of hops, unless the node requires one.
/// </summary>
internal static class MetadataServiceCheck
{
    private const string Address = "http://169.254.169.254";

    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500);

    public static async Task<CheckResultBuilder> RunAsync(DoctorContext context, CancellationToken cancellationToken)
    {
        if (string.Equals(context.Environment["AWS_EC2_METADATA_DISABLED"], "true", StringComparison.OrdinalIgnoreCase))
        {
            return new CheckResultBuilder().Observe("AWS_EC2_METADATA_DISABLED is true, so AWS SDKs in this container do not call it.");
        }

        var address = context.Environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] is { } text && Uri.TryCreate(text, UriKind.Absolute, out var other) ? other : new Uri(Address);
        var host = address.Host;
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
        using var sessionToken = new HttpRequestMessage(HttpMethod.Put, new Uri(address, "/latest/api/token")) { Headers = { { "X-aws-ec2-metadata-token-ttl-seconds", "1" } } };
        var second = await AskAsync(client, sessionToken, context.Time, cancellationToken).ConfigureAwait(false);
        if (IsSuccess(second))
        {
            return Open($"{host} answers this pod");
        }

        using var withoutToken = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/latest/meta-data/iam/security-credentials/"));
        var first = await AskAsync(client, withoutToken, context.Time, cancellationToken).ConfigureAwait(false);
        return first switch
        {
            _ when IsSuccess(first) => Open($"{host} gives this pod the node's role without a session token (IMDSv1)"),
            null when second is null => new CheckResultBuilder().Observe($"{host} does not answer this pod, so no SDK can fall back to the node's role."),
            _ => new CheckResultBuilder().Observe(string.Create(CultureInfo.InvariantCulture, $"{host} refuses this pod (HTTP {(int)(first ?? second)!}).")),
        };
    }

    private static bool IsSuccess(HttpStatusCode? status) => (int?)status is >= 200 and < 300;

    private static CheckResultBuilder Open(string seen) => new CheckResultBuilder().Warn(
        $"{seen}. An SDK that does not find the pod's identity silently uses the node's role.",
        $"Require a session token and one hop in the node group's launch template, or for one node: {AwsCommands.CloseMetadataService}. The hop limit does not help pods on the host network. "
        + "Or set AWS_EC2_METADATA_DISABLED=true in the pod.");

    /// <returns>Null for no answer.</returns>
    private static async Task<HttpStatusCode?> AskAsync(HttpClient client, HttpRequestMessage request, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(LongestWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            return answer.StatusCode;
        }
        catch (Exception silent) when (silent is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
