namespace Irsa.Credentials.Refresh;

internal static class ThreadPool
{
    public const int Initial = 2;

    public static int MinThreads { get; private set; } = Initial;

    public static void GetMinThreads(out int workers, out int ports) => (workers, ports) = (MinThreads, 1);

    public static void GetMaxThreads(out int workers, out int ports) => (workers, ports) = (1000, 1000);

    public static bool SetMinThreads(int workers, int ports)
    {
        MinThreads = workers;
        return true;
    }
}
