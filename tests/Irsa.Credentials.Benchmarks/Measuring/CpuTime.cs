namespace Irsa.Credentials.Benchmarks.Measuring;

/// <summary>The user and system time of this process: unlike a stopwatch it does not count what other processes do.</summary>
internal static class CpuTime
{
    public static double Microseconds => Environment.CpuUsage.TotalTime.TotalMicroseconds;
}
