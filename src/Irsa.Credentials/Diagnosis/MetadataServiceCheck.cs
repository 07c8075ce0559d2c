using System.Globalization;

namespace Irsa.Credentials.Diagnosis;

/// <summary>
/// Whether a pod can get the node's role from the instance metadata service: then an AWS SDK that does not find the pod's identity takes the
/// node's, and nobody notices. Only the answer's status is looked at.
/// </summary>
internal static class MetadataServiceCheck
{
    private const string Address = "http://169.254.169.254";

    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500);

    public static async Task<Finding> MakeAsync(Examination examination, CancellationToken cancellationToken)
    {
        if (string.Equals(examination.Environment["AWS_EC2_METADATA_DISABLED"], "true", StringComparison.OrdinalIgnoreCase))
        {
            return new Finding().Saw("AWS_EC2_METADATA_DISABLED is true: AWS SDKs in this container do not ask it.");
        }

        var address = examination.Environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] is { } text && Uri.TryCreate(text, UriKind.Absolute, out var other) ? other : new Uri(Address);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
        using var limit = new CancellationTokenSource(LongestWait, examination.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(address, "/latest/api/token")) { Headers = { { "X-aws-ec2-metadata-token-ttl-seconds", "1" } } };
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            return answer.IsSuccessStatusCode
                ? new Finding().Warn(
                    $"{address.Host} answers this pod: another SDK that does not find the pod's identity takes the node's role without a word.",
                    "Limit the node's metadata service to one hop (aws ec2 modify-instance-metadata-options --http-put-response-hop-limit 1), or set AWS_EC2_METADATA_DISABLED=true.")
                : new Finding().Saw(string.Create(CultureInfo.InvariantCulture, $"{address.Host} refuses this pod (HTTP {(int)answer.StatusCode})."));
        }
        catch (Exception silent) when (silent is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new Finding().Saw($"{address.Host} does not answer this pod, so nothing falls back to the node's role.");
        }
    }
}
