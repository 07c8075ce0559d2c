using Irsa.Credentials.Benchmarks;
using Irsa.Credentials.Benchmarks.BadDays;
using Irsa.Credentials.Benchmarks.Fleet;
using Irsa.Credentials.Benchmarks.Memory;
using Irsa.Credentials.Benchmarks.Requests;
using Irsa.Credentials.Benchmarks.RideThrough;
using Irsa.Credentials.Benchmarks.Service;
using Irsa.Credentials.Benchmarks.Start;

// Each command prints its table; docs/performance.md and docs/bad-days.md keep the last ones. --short is for trying a command out.
var isShort = args.Contains("--short");
var plotFile = args.SkipWhile(static argument => argument != "--plot").ElementAtOrDefault(1);
switch (args.FirstOrDefault())
{
    case "hot-path":
        await HotPathCommand.RunAsync(isShort);
        return 0;
    case "requests":
        await RequestsCommand.RunAsync(isShort);
        return 0;
    case "instructions":
        await InstructionsCommand.RunAsync();
        return 0;
    case "start":
        await StartCommand.RunAsync(isShort);
        return 0;
    case "service":
        await ServiceCommand.RunAsync(isShort);
        return 0;
    case "memory":
        await MemoryCommand.RunAsync();
        return 0;
    case "fleet":
        FleetCommand.Run(pods: isShort ? 10_000 : 100_000, plotFile);
        return 0;
    case "ride-through":
        await RideThroughCommand.RunAsync(pods: isShort ? 20 : 400, plotFile);
        return 0;
    case "bad-days":
        await BadDaysCommand.RunAsync(isFull: args.Contains("--full"));
        return 0;
    case "soak":
        return await SoakCommand.RunAsync(calls: isShort ? 100_000 : 10_000_000, rotations: isShort ? 100 : 2_000);
    case "torn-requests":
        return await TornRequestsCommand.RunAsync(requests: isShort ? 2_000 : 60_000, rotations: isShort ? 100 : 3_000);

    // What the commands above start as processes of their own.
    case "requests-worker":
        await RequestWorker.RunAsync(args[1]);
        return 0;
    case "memory-worker":
        await MemoryWorker.RunAsync(args[1], isStock: args[2] == "stock", int.Parse(args[3], System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    case "minimal-service":
        await MinimalService.RunAsync();
        return 0;
    case "local-aws":
        await LocalAwsProcess.RunAsync();
        return 0;

    default:
        Console.Error.WriteLine(
            "hot-path | requests | instructions | start | service | memory | fleet [--plot FILE] | ride-through [--plot FILE] | bad-days [--full] | soak | torn-requests, each with [--short]");
        return 2;
}
