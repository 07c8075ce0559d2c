using System.Globalization;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.Campaign;

/// <summary>What was measured while one fault of a life lasted, and after it.</summary>
/// <param name="Phase">When it struck.</param>
/// <param name="Recovery">From its end to the first good request with no failure left; null if that never came.</param>
/// <param name="Calls">How often STS was called while it lasted.</param>
internal sealed record PhaseResult(string Phase, TimeSpan? Recovery, int Calls);

/// <summary>What was measured in one life. <paramref name="FailedAlive"/> are the requests that failed although a session lived; all others may fail.</summary>
internal sealed record LifeResult(string Sts, string Token, string Machine, IReadOnlyList<PhaseResult> Phases, int Requests, int Failed, int FailedAlive, TimeSpan Slowest, IReadOnlyList<string> Broken, IReadOnlyCollection<string> Output)
{
    public string Name => string.Join(" + ", new[] { Sts == "none" ? null : "STS: " + Sts, Token == "none" ? null : "token: " + Token, Machine == "none" ? null : Machine }.Where(static name => name is not null));
}

/// <summary>
/// A sample from its start to its end, which meets the same faults three times: before it has credentials, in the first half of a session, and in the margin
/// of one that an outage of STS has kept from being replaced.
/// </summary>
internal sealed class Life : IDisposable
{
    private readonly CampaignFault[] _faults;
    private readonly List<PhaseResult> _phases = [];
    private readonly List<string> _notes = [];

    private Life(LocalAws aws, CampaignFault[] faults)
    {
        Aws = aws;
        Tokens = new TokenFolder(aws);
        _faults = faults;
        Directory = System.IO.Directory.CreateTempSubdirectory("campaign-life-").FullName;
        File.SetUnixFileMode(Directory, (UnixFileMode)0b111_101_101);
    }

    public LocalAws Aws { get; }

    public TokenFolder Tokens { get; }

    /// <summary>Gets a folder for what a fault needs.</summary>
    public string Directory { get; }

    public SampleProcess Sample { get; private set; } = null!;

    /// <summary>Lives it.</summary>
    /// <param name="program">The published sample.</param>
    /// <param name="sts">What STS does wrong.</param>
    /// <param name="token">What is wrong with the token file.</param>
    /// <param name="machine">What is wrong with the machine.</param>
    /// <param name="starting">Lets few samples start at the same time.</param>
    public static async Task<LifeResult> LiveAsync(string program, CampaignFault sts, CampaignFault token, MachineFault machine, SemaphoreSlim starting)
    {
        await using var aws = await LocalAws.StartAsync(static options => options.Buckets.Add("bucket"));
        using var life = new Life(aws, [sts, token, machine.Fault]);
        StsFaults.Heal(aws);
        var variables = new Dictionary<string, string>(aws.Environment) { ["AWS_WEB_IDENTITY_TOKEN_FILE"] = life.Tokens.Token, ["S3__Bucket"] = "bucket" };
        foreach (var (name, value) in Timing.Variables.Concat(machine.Variables(life)))
        {
            variables[name] = value;
        }

        var isCold = life._faults.All(static fault => fault.CanBeCold);
        if (isCold)
        {
            life.Begin();
        }

        await starting.WaitAsync();
        try
        {
            life.Sample = new SampleProcess(program, variables, machine.Launcher(life), machine.Preload);
            await life.Sample.Address.WaitAsync(TimeSpan.FromSeconds(90), TimeProvider.System);
        }
        catch (TimeoutException)
        {
            var ended = life.Sample.HasEnded ? "crashed at its start" : "did not listen in 90 s";
            var output = life.Sample.Output;
            life.Sample.Dispose();
            return new LifeResult(sts.Name, token.Name, machine.Fault.Name, [], 0, 0, 0, TimeSpan.Zero, [ended], output);
        }
        finally
        {
            starting.Release();
        }

        using (life.Sample)
        {
            return await life.LiveAsync(isCold, sts, token, machine);
        }
    }

    public void Dispose()
    {
        Tokens.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private async Task<LifeResult> LiveAsync(bool isCold, CampaignFault sts, CampaignFault token, MachineFault machine)
    {
        IReadOnlyList<LoadedRequest> requests;
        IReadOnlyList<(TimeSpan SeenAt, DateTimeOffset Expiration)> sessions;
        var offset = TimeProvider.System.GetUtcNow() - Load.Now;
        await using (var load = new Load(await Sample.Address, machine.IsSequential))
        {
            if (isCold)
            {
                await EndAsync(load, "cold", Timing.ColdFault, 0);
            }

            if (_phases.All(static phase => phase.Recovery is not null) && await NewSessionAsync(load, TimeSpan.Zero))
            {
                await EndAsync(load, "steady", _faults.Max(static fault => fault.SteadyFor), Begin());
            }

            if (_phases.All(static phase => phase.Recovery is not null) && await NewSessionAsync(load, TimeSpan.FromSeconds(20)))
            {
                StsFaults.Break(Aws, Fault.ServerError(503));
                var expiration = load.State!.Expiration!.Value;
                await DelayUntilAsync(expiration - Timing.Margin);
                StsFaults.Heal(Aws);
                await EndAsync(load, "near expiry", expiration + Timing.BeyondExpiry - TimeProvider.System.GetUtcNow(), Begin());
            }

            requests = load.Requests;
            sessions = load.Sessions;
        }

        var broken = new List<string>();
        var crashed = Sample.HasEnded;
        var exit = crashed ? null : await Sample.TerminateAsync();
        if (crashed || exit != 0)
        {
            broken.Add(crashed ? "crashed" : exit is null ? "did not end in 30 s" : string.Create(CultureInfo.InvariantCulture, $"ended with {exit}"));
        }

        broken.AddRange(_phases.Where(static phase => !(phase.Recovery <= Timing.LongestRecovery)).Select(static phase => $"{phase.Phase}: recovered {(phase.Recovery is { } late ? string.Create(CultureInfo.InvariantCulture, $"after {late.TotalSeconds:0} s") : "never")}"));
        if (_phases.Count < (isCold ? 3 : 2))
        {
            broken.Add("not all phases were reached");
        }

        var failed = requests.Where(static request => !request.IsGood).ToList();
        failed = [.. failed.Except(failed.Where(static request => request.Said.Contains("RequestTimeTooSkewed", StringComparison.Ordinal)).Take(machine.RefusedForTime))];
        var alive = failed.Where(request => machine.EachFailureCounts || sessions.Any(session => session.SeenAt <= request.Begun && offset + request.Begun < session.Expiration - Timing.Uncertain)).ToList();
        if (alive.Count > 0)
        {
            var first = alive[0];
            broken.Add(string.Create(CultureInfo.InvariantCulture, $"{alive.Count} requests failed while credentials lived, the first begun {offset + first.Begun:HH:mm:ss.f}, after {(first.Ended - first.Begun).TotalSeconds:0.0} s with {first.Status}: {first.Said}"));
        }

        if (Tokens.Signatures.FirstOrDefault(signature => Sample.Output.Any(line => line.Contains(signature, StringComparison.Ordinal))) is not null)
        {
            broken.Add("printed a token");
        }

        return new LifeResult(sts.Name, token.Name, machine.Fault.Name, _phases, requests.Count, failed.Count, alive.Count, requests.Count == 0 ? TimeSpan.Zero : requests.Max(static request => request.Ended - request.Begun), broken, [.. _notes, .. Sample.Output]);
    }

    /// <summary>Begins the faults, and returns how often STS had been called before.</summary>
    private int Begin()
    {
        var calls = Aws.Sts.Calls.Count;
        foreach (var fault in _faults)
        {
            fault.Begin(this);
        }

        return calls;
    }

    /// <summary>Ends the faults after a time, and waits until the sample has recovered, for twice as long as it may take.</summary>
    private async Task EndAsync(Load load, string phase, TimeSpan after, int callsBefore)
    {
        await Task.Delay(after < TimeSpan.Zero ? TimeSpan.Zero : after, TimeProvider.System);
        var calls = Aws.Sts.Calls.Count - callsBefore;
        foreach (var fault in _faults)
        {
            fault.End(this);
        }

        var ended = Load.Now;
        _notes.Add(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():HH:mm:ss.f} {phase}: the fault is over"));
        var recovered = await UntilAsync(
            () => load.State is { IsValid: true, FailuresInARow: 0 } && load.Requests.Any(request => request.IsGood && request.Begun > ended),
            2 * Timing.LongestRecovery);
        _phases.Add(new PhaseResult(phase, recovered ? Load.Now - ended : null, calls));
    }

    /// <summary>Waits for a session that is new from now on, so that a phase begins with it, and that lives long enough.</summary>
    private async Task<bool> NewSessionAsync(Load load, TimeSpan leastLife)
    {
        var before = load.State?.Expiration;
        return await UntilAsync(
            () => load.State is { IsValid: true, Expiration: { } expiration } && expiration != before && expiration - TimeProvider.System.GetUtcNow() > Timing.Margin + leastLife,
            2 * Timing.Session);
    }

    private async Task<bool> UntilAsync(Func<bool> isReached, TimeSpan longest)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var until = Load.Now + longest;
        while (!isReached())
        {
            if (Load.Now > until || Sample.HasEnded)
            {
                return false;
            }

            await tick.WaitForNextTickAsync();
        }

        return true;
    }

    private static async Task DelayUntilAsync(DateTimeOffset time)
    {
        var left = time - TimeProvider.System.GetUtcNow();
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, TimeProvider.System);
        }
    }
}
