using System.Globalization;
using Irsa.Credentials.Benchmarks.Measuring;

namespace Irsa.Credentials.Benchmarks.Requests;

/// <summary>What a signed request costs with each provider: CPU time and bytes, against AWS inside of the process.</summary>
internal static class RequestsCommand
{
    public static async Task RunAsync(bool isShort)
    {
        var rounds = isShort ? 3 : 25;
        using var token = new TokenFileForWorkers();
        var workers = RequestWorker.Providers.Select(name => (Name: name, Process: WorkerProcess.Start(["requests-worker", name], token.Environment))).ToList();
        try
        {
            var table = new MarkdownTable("Request", "Provider", "CPU time, us", "quartiles", "against static session keys", "bytes", "bytes more");
            foreach (var operation in RequestWorker.Operations)
            {
                await MeasureAsync(operation, [.. workers.Select(static worker => worker.Process)], rounds, table);
            }
        }
        finally
        {
            workers.ForEach(static worker => worker.Process.Dispose());
        }
    }

    private static async Task MeasureAsync(string operation, List<WorkerProcess> workers, int rounds, MarkdownTable table)
    {
        foreach (var worker in workers)
        {
            await worker.AskAsync($"{operation} 20000");
        }

        var cpu = workers.ConvertAll(static _ => new Samples());
        var bytes = workers.ConvertAll(static _ => new Samples());
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < workers.Count; i++)
            {
                var answer = (await workers[i].AskAsync($"{operation} 2000")).Split(' ');
                cpu[i].Add(double.Parse(answer[0], CultureInfo.InvariantCulture));
                bytes[i].Add(double.Parse(answer[1], CultureInfo.InvariantCulture));
            }
        }

        for (var i = 0; i < workers.Count; i++)
        {
            var (low, high) = cpu[i].Quartiles;
            table.Add(
                $"{operation}", $"{RequestWorker.Providers[i]}", $"{cpu[i].Median:0.0}", $"{low:0.0} to {high:0.0}",
                $"{(cpu[i].MedianRatioTo(cpu[0]) - 1) * 100:+0.0;-0.0;0} %", $"{bytes[i].Median:#,0}", $"{bytes[i].Median - bytes[0].Median:+0;-0;0}");
        }
    }
}
