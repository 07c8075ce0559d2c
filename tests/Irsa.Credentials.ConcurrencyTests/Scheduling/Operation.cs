namespace Irsa.Credentials.ConcurrencyTests.Scheduling;

/// <summary>What would be a thread or a work item of the pool: runs only while the scheduler says so.</summary>
internal sealed class Operation
{
    public Operation(int id, string name, Action body)
    {
        Id = id;
        Name = name;
        Body = body;
    }

    public int Id { get; }

    public string Name { get; }

    public Action Body { get; }

    /// <summary>Gets or sets what it waits for; null while it can go on.</summary>
    public Func<bool>? WaitsFor { get; set; }

    public string At { get; set; } = "start";

    /// <summary>Gets or sets what the clock said when it was last asked here.</summary>
    public long LastReading { get; set; }

    /// <summary>Gets or sets when the wall clock was read here, until the other clock is.</summary>
    public long? LastWallReading { get; set; }

    public int LocksHeld { get; set; }

    public bool IsPoolThread { get; set; } = true;

    public int Priority { get; set; }

    public SemaphoreSlim Go { get; } = new(0);

    public bool IsReady => WaitsFor is not { } ready || ready();

    public override string ToString() => $"{Id}:{Name}";
}
