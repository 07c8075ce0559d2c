using System.Diagnostics;
using System.Reflection;

namespace Irsa.Credentials.IntegrationTests.Tool;

/// <summary>One run of the command <c>irsa</c> as a process of its own, with exactly the AWS variables that a test gives it.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Errors)
{
    private static readonly string Assembly = typeof(ToolRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static item => item.Key == "ToolAssembly").Value!;

    public string Printed => Output + Errors;

    public static Task<ToolRun> StartAsync(IReadOnlyDictionary<string, string> variables, params string[] arguments) =>
        RunAsync(new ProcessStartInfo("dotnet", [Assembly, .. arguments]), variables, string.Empty);

    public static Task<ToolRun> WithInputAsync(IReadOnlyDictionary<string, string> variables, string input, params string[] arguments) =>
        RunAsync(new ProcessStartInfo("dotnet", [Assembly, .. arguments]), variables, input);

    /// <summary>Its output goes to a disk that is full.</summary>
    public static Task<ToolRun> OntoFullDiskAsync(params string[] arguments) =>
        RunAsync(new ProcessStartInfo("sh", ["-c", "exec dotnet \"$0\" \"$@\" > /dev/full", Assembly, .. arguments]), new Dictionary<string, string>(), string.Empty);

    private static async Task<ToolRun> RunAsync(ProcessStartInfo start, IReadOnlyDictionary<string, string> variables, string input)
    {
        var cancel = TestContext.Current.CancellationToken;
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        // Nobody listens there: what a test sees must not depend on the machine's own metadata service.
        start.Environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:1/";
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var errors = process.StandardError.ReadToEndAsync(cancel);
        await process.StandardInput.WriteAsync(input.AsMemory(), cancel);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancel);
        return new ToolRun(process.ExitCode, await output, await errors);
    }
}
