using System.Globalization;
using System.Runtime.CompilerServices;
using Amazon.Runtime;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// Keeps the <c>Date</c> header of each answer with the request it belongs to: the SDK's response objects do not carry it, the client's
/// response event does.
/// </summary>
internal sealed class ResponseDates
{
    private readonly ConditionalWeakTable<AmazonWebServiceRequest, StrongBox<DateTimeOffset>> _dates = [];

    public void Watch(AmazonServiceClient client) => client.AfterResponseEvent += Remember;

    public DateTimeOffset? Of(AmazonWebServiceRequest request) => _dates.TryGetValue(request, out var date) ? date.Value : null;

    private void Remember(object sender, ResponseEventArgs e)
    {
        if (e is WebServiceResponseEventArgs { Request: { } request, ResponseHeaders: { } headers }
            && headers.TryGetValue("Date", out var text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
        {
            // A cache repeats the Date of the first answer, and says in Age how long ago that was (RFC 9111, section 5.1).
            var age = headers.TryGetValue("Age", out var seconds) && uint.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
            if (DateTimeOffset.MaxValue - date >= TimeSpan.FromSeconds(age))
            {
                _dates.AddOrUpdate(request, new StrongBox<DateTimeOffset>(date.AddSeconds(age)));
            }
        }
    }
}
