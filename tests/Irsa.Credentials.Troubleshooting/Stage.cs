using System.Diagnostics;
using System.Globalization;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.Troubleshooting;

/// <summary>A pod on <see cref="LocalAws"/> that is well until a situation breaks it.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly string _tool;

    private Stage(string tool, LocalAws aws)
    {
        _tool = tool;
        Aws = aws;
        Variables = new Dictionary<string, string>(aws.Environment)
        {
            ["AWS_ENDPOINT_URL_STS"] = aws.Sts.Endpoint.AbsoluteUri,
            ["KUBERNETES_SERVICE_HOST"] = "10.100.0.1",

            // Nobody listens there, as in a pod behind one hop.
            ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:1/",
        };
        Transcript = new Transcript(aws.Tokens.Path);
    }

    public LocalAws Aws { get; }

    public Dictionary<string, string> Variables { get; }

    public Transcript Transcript { get; }

    /// <summary>Gets or sets the Unix user that runs the command; null for this process's own.</summary>
    public int? User { get; set; }

    private bool IsAssembly => _tool.EndsWith(".dll", StringComparison.Ordinal);

    public static async Task<Stage> SetAsync(string tool, Action<LocalAwsOptions>? configure = null) => new(tool, await LocalAws.StartAsync(options =>
    {
        options.Namespace = "shop";
        options.ServiceAccount = "orders";
        options.PodName = "orders-7d9c";
        configure?.Invoke(options);
    }));

    /// <summary>Runs the command <c>irsa</c> and keeps what it prints.</summary>
    public async Task RunAsync(params string[] arguments)
    {
        var (exitCode, printed) = await ExecuteAsync(arguments);
        var shown = string.Join(' ', arguments.Select(static argument => argument.Contains('/', StringComparison.Ordinal) ? Path.GetFileName(argument) : argument));
        Transcript.Add($"irsa {shown}", $"{printed}\n(exit code {exitCode})");
    }

    public async Task<(int ExitCode, string Printed)> ExecuteAsync(params string[] arguments)
    {
        var tool = _tool;
        var folder = Directory.CreateTempSubdirectory("irsa-tool-");
        if (User is not null && !IsAssembly && !OperatingSystem.IsWindows())
        {
            // Another user may not be able to enter the folder in which it was built.
            tool = Path.Combine(folder.FullName, "irsa");
            File.Copy(_tool, tool);
            folder.UnixFileMode |= UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        }

        string[] command = IsAssembly ? ["dotnet", tool, .. arguments] : [tool, .. arguments];
        if (User is { } user)
        {
            command = ["setpriv", "--reuid", user.ToString(CultureInfo.InvariantCulture), "--regid", user.ToString(CultureInfo.InvariantCulture), "--clear-groups", .. command];
        }

        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        FillEnvironment(start);

        // So wide that this program wraps the lines, after it has replaced what differs in length.
        start.Environment["COLUMNS"] = "4000";

        // The doctor tells which of these the machine has, and the page is the same on every machine.
        foreach (var ofMachine in new[] { "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS" })
        {
            start.Environment.Remove(ofMachine);
        }
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        folder.Delete(recursive: true);
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>Gives a process the pod's AWS variables, and no others.</summary>
    public void FillEnvironment(ProcessStartInfo start)
    {
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }
    }

    /// <summary>Lets an application use the library, and keeps what it logs.</summary>
    public async Task LetAsync(string what, Func<Action<IrsaOptions>, LogLines, Task> use)
    {
        var lines = new LogLines();
        await use(Aws.Configure, lines);
        Transcript.Add(what, lines.ToString());
    }

    public ValueTask DisposeAsync() => Aws.DisposeAsync();
}
