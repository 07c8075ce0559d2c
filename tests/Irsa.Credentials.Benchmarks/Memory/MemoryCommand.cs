using Irsa.Credentials.Benchmarks.Measuring;

namespace Irsa.Credentials.Benchmarks.Memory;

/// <summary>The memory that roles, waiting callers, refreshes and forgotten providers hold. Each figure comes from a process of its own.</summary>
internal static class MemoryCommand
{
    private static readonly (string Name, string What, int Count)[] Rows =
    [
        ("1 named role with credentials, bytes a role", "roles", 1),
        ("100 named roles, the same", "roles", 100),
        ("1,000 named roles, the same", "roles", 1000),
        ("10,000 callers wait for the first credentials", "callers", 10_000),
        ("10,000 refreshes", "refreshes", 10_000),
        ("300 providers are dropped without being disposed", "dropped", 300),
    ];

    public static async Task RunAsync()
    {
        using var token = new TokenFileForWorkers();
        var table = new MarkdownTable("What", "Stock", "Irsa.Credentials");
        foreach (var (name, what, count) in Rows)
        {
            table.Add($"{name}", $"{await AskAsync("stock", what, count, token)}", $"{await AskAsync("ours", what, count, token)}");
        }
    }

    private static async Task<string> AskAsync(string provider, string what, int count, TokenFileForWorkers token)
    {
        using var worker = WorkerProcess.Start([$"memory-worker", what, provider, FormattableString.Invariant($"{count}")], token.Environment);
        return await worker.ReadLineAsync();
    }
}
