using System.Runtime.CompilerServices;
using Irsa.Credentials.ConcurrencyTests.Scheduling;

namespace System.Threading;

/// <summary>What the keyword lock means in this assembly: the compiler takes this class before the runtime's.</summary>
internal static class Monitor
{
    private static readonly ConditionalWeakTable<object, Operation?[]> Owners = [];

    public static void Enter(object gate, ref bool lockTaken)
    {
        var scheduler = Scheduler.Current;
        var self = scheduler.Running;
        var owner = Owners.GetValue(gate, static _ => [null]);
        if (owner[0] == self)
        {
            scheduler.Fail("enters a lock twice");
        }

        scheduler.WaitFor(() => owner[0] is null, "enter");
        owner[0] = self;
        self.LocksHeld++;
        lockTaken = true;
    }

    public static void Exit(object gate)
    {
        var scheduler = Scheduler.Current;
        if (Owners.TryGetValue(gate, out var owner))
        {
            owner[0] = null;
            scheduler.Running.LocksHeld--;
        }

        scheduler.Point("exit");
    }
}
