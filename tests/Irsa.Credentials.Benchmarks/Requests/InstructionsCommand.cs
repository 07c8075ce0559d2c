using Irsa.Credentials.Benchmarks.Measuring;

namespace Irsa.Credentials.Benchmarks.Requests;

/// <summary>The native instructions of one signed S3 GET with each provider.</summary>
internal static class InstructionsCommand
{
    private static readonly (string Name, string Provider)[] Providers =
    [
        ("Static session keys", "Static"),
        ("Stock", "Stock"),
        ("Irsa.Credentials", "Ours"),
        ("Irsa.Credentials, container", "OursInContainer"),
        ("Irsa.Credentials, whole process", "OursForWholeProcess"),
    ];

    public static async Task RunAsync()
    {
        using var token = new TokenFileForWorkers();
        var table = new MarkdownTable("Provider", "Instructions of a signed S3 GET", "against static session keys", "size of the program, MB");
        var floor = 0d;
        foreach (var (name, provider) in Providers)
        {
            var program = await MeasuredPrograms.PublishAsync(MeasuredForm.Native, provider);
            var count = await InstructionCount.OfRequestAsync(program, token.Environment);
            floor = floor == 0 ? count : floor;
            table.Add($"{name}", $"{count:#,0}", $"{((count / floor) - 1) * 100:+0.00;-0.00;0} %", $"{new FileInfo(program).Length / 1e6:0.00}");
        }
    }
}
