using Irsa.Credentials.ConcurrencyTests.Scheduling;

namespace Irsa.Credentials.Refresh;

internal static class Volatile
{
    public static T Read<T>(ref T location)
    {
        Scheduler.Current.Point("volatile read");
        return location;
    }

    public static void Write<T>(ref T location, T value)
    {
        Scheduler.Current.Point("volatile write");
        location = value;
    }
}
