namespace Irsa.Credentials.Refresh;

/// <summary>A requested lifetime, and the shorter one that STS granted. The cache does not request that much again while sessions are so short.</summary>
internal readonly record struct ObservedLifetimeLimit(TimeSpan Asked, TimeSpan Had)
{
    // Life on arrival differs by the answer's latency and by the whole seconds of its Date.
    private static readonly TimeSpan SameLife = TimeSpan.FromMinutes(1);

    /// <summary>What is known after a session has arrived; null when it leaves no doubt about longer ones.</summary>
    /// <param name="known">What was known before.</param>
    /// <param name="asked">The lifetime that this session should have at least.</param>
    /// <param name="had">The life that it has.</param>
    public static ObservedLifetimeLimit? After(ObservedLifetimeLimit? known, TimeSpan asked, TimeSpan had)
    {
        var kept = known is { } before && had <= before.Had + SameLife ? known : null;
        return had >= asked ? kept
            : kept is { } smaller && smaller.Asked <= asked ? kept
            : new ObservedLifetimeLimit(asked, had);
    }
}
