using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Tests.Refresh;

/// <summary>Lets time pass from one exchange in the background to the next, each ended before time goes on.</summary>
internal static class ExchangeByExchange
{
    /// <param name="cache">Whose exchanges.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="observer">Its observer, with no report left unread.</param>
    /// <param name="duration">In whole milliseconds, as the cache counts.</param>
    /// <param name="passed">Is told of each piece of time, and whether an exchange was made at its end.</param>
    public static async Task AdvanceAsync(CredentialCache cache, SteppableTime time, RecordingObserver observer, TimeSpan duration, Action<long, bool> passed)
    {
        for (var left = (long)duration.TotalMilliseconds; left > 0;)
        {
            var until = cache.State.DueAt is var due && due < long.MaxValue ? Math.Max(1, due - cache.Clock.Milliseconds) : long.MaxValue;
            var by = Math.Min(left, until);
            time.Advance(TimeSpan.FromMilliseconds(by));
            left -= by;
            if (by == until)
            {
                await observer.NextAsync();
            }

            passed(by, by == until);
        }
    }
}
