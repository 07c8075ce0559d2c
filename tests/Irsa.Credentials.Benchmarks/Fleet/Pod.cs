namespace Irsa.Credentials.Benchmarks.Fleet;

/// <summary>One pod of a simulated fleet: when it calls STS next, and until when its requests succeed. Times are milliseconds.</summary>
internal abstract class Pod
{
    /// <summary>Gets the time of the next call to STS.</summary>
    public long NextCallAt { get; protected set; }

    /// <summary>Gets the time from which requests fail unless a call succeeds before; before the first success all of them do.</summary>
    public long UsableUntil { get; protected set; } = long.MinValue;

    /// <summary>STS has answered the call of <see cref="NextCallAt"/>, which is now.</summary>
    public void Answer(long now, bool isSuccess)
    {
        if (isSuccess)
        {
            Succeed(now);
        }
        else
        {
            Fail(now);
        }
    }

    protected abstract void Succeed(long now);

    protected abstract void Fail(long now);
}
