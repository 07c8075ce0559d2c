using BenchmarkDotNet.Running;
using Irsa.Credentials.Benchmarks;

// Each campaign prints its table; docs/ keeps the last one with the command that made it.
switch (args.FirstOrDefault())
{
    case "bad-days":
        await BadDays.RunAsync(isFull: args.Contains("--full"));
        return 0;
    case "ride-through":
        await RideThrough.RunAsync(pods: 10_000);
        return 0;
    case "soak":
        return await Soak.RunAsync(calls: 10_000_000, rotations: 2_000);
    case "torn-requests":
        return await TornRequests.RunAsync(requests: 60_000, rotations: 3_000);
    case "hot-path":
        BenchmarkRunner.Run<HotPath>();
        return 0;
    default:
        Console.Error.WriteLine("bad-days [--full] | ride-through | soak | torn-requests | hot-path");
        return 2;
}
