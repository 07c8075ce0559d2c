using Irsa.Credentials.Benchmarks.Measuring;
using Irsa.Credentials.Benchmarks.Start;

namespace Irsa.Credentials.Benchmarks.Service;

/// <summary>What a request for an object of 1 KiB costs the published sample, beside <see cref="MinimalService"/>. Each is a process, and so is LocalAws.</summary>
internal static class ServiceCommand
{
    public static async Task RunAsync(bool isShort)
    {
        var (rounds, count) = isShort ? (3, 400) : (25, 2_000);
        var sample = await MeasuredPrograms.PublishSampleAsync();
        using var aws = await LocalAwsProcess.StartAsync();
        using var minimal = await MeasuredService.StartAsync(Environment.ProcessPath!, ["minimal-service"], Path.GetTempPath(), aws.Environment);
        using var service = await MeasuredService.StartAsync("dotnet", [sample], Path.GetDirectoryName(sample)!, aws.Environment);
        MeasuredService[] services = [minimal, service];

        var table = new MarkdownTable("Request", "Minimal: CPU us", "Sample", "ratio (quartiles)", "Minimal: ms, one at a time", "Sample", "ratio");
        foreach (var request in Enum.GetValues<ServedRequest>())
        {
            var cpu = new[] { new Samples(), new Samples() };
            var time = new[] { new Samples(), new Samples() };
            for (var round = -4; round < rounds; round++)
            {
                // The first rounds compile.
                foreach (var i in round % 2 == 0 ? new[] { 0, 1 } : [1, 0])
                {
                    var (used, elapsed) = (await services[i].CpuMicrosecondsAsync(request, count), await services[i].MillisecondsAsync(request, count / 10));
                    if (round >= 0)
                    {
                        cpu[i].Add(used);
                        time[i].Add(elapsed);
                    }
                }
            }

            var (low, high) = cpu[1].RatiosTo(cpu[0]).Quartiles;
            table.Add(
                $"{NameOf(request)}", $"{cpu[0].Median:0}", $"{cpu[1].Median:0}", $"{cpu[1].MedianRatioTo(cpu[0]):0.00} ({low:0.00} to {high:0.00})",
                $"{time[0].Median:0.00}", $"{time[1].Median:0.00}", $"{time[1].MedianRatioTo(time[0]):0.00}");
        }
    }

    private static string NameOf(ServedRequest request) => request switch
    {
        ServedRequest.Get => "GET",
        ServedRequest.Put => "PUT",
        _ => "PUT, chunked",
    };
}
