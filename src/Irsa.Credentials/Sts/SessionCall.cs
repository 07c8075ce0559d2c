using Amazon.Runtime;
using Amazon.SecurityToken.Model;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Sts;

/// <summary>Makes one call for a session and keeps what the SDK's response does not: the times that tell how long the session lives.</summary>
internal sealed class SessionCall
{
    private readonly ResponseDates _dates;
    private readonly TimeProvider _time;
    private readonly MonotonicClock _clock;

    /// <param name="dates">Where the clients' answers leave their <c>Date</c>.</param>
    /// <param name="time">The clock.</param>
    public SessionCall(ResponseDates dates, TimeProvider time)
    {
        _dates = dates;
        _time = time;
        _clock = MonotonicClock.Of(time);
    }

    /// <param name="request">What is sent.</param>
    /// <param name="send">Sends it with the SDK. What it throws is thrown, except for a value in the answer that the SDK cannot read.</param>
    /// <param name="read">Takes the session from the SDK's response.</param>
    /// <param name="requested">The duration asked for; null for STS's default.</param>
    /// <param name="inputVersion">The version of what was read for the call.</param>
    public async Task<StsAnswer> MakeAsync<TResponse>(
        AmazonWebServiceRequest request,
        Func<Task<TResponse>> send,
        Func<TResponse, (Amazon.SecurityToken.Model.Credentials? Keys, AssumedRoleUser? Role)> read,
        TimeSpan? requested,
        object? inputVersion)
        where TResponse : AmazonWebServiceResponse
    {
        var sentAt = _clock.Milliseconds;
        var localTime = _time.GetUtcNow();
        TResponse? response;
        try
        {
            response = await send().ConfigureAwait(false);
        }
        catch (FormatException)
        {
            response = null;
        }

        var (keys, role) = response is null ? (null, null) : read(response);
        return new StsAnswer
        {
            IsMalformed = response is null,
            Keys = keys,
            AssumedRole = role,
            ServerTime = _dates.Of(request),
            LocalTime = localTime,
            SentAt = sentAt,
            Requested = requested,
            InputVersion = inputVersion,
        };
    }
}
