using System.Diagnostics;
using System.Globalization;
using Irsa.Credentials.Troubleshooting;

// TOOL write FILE | TOOL check FILE | TOOL healthy | TOOL session SCRIPT [NAMESPACE SERVICE_ACCOUNT ROLE_ARN REGION BUCKET]: what the library and the command print in broken situations, built with LocalAws.
if (args is not [var tool, var verb, ..])
{
    Console.Error.WriteLine("Usage: TOOL write FILE | TOOL check FILE | TOOL healthy | TOOL session SCRIPT [NAMESPACE SERVICE_ACCOUNT ROLE_ARN REGION BUCKET]");
    return 2;
}

if (verb == "healthy")
{
    return await HealthyPod.ExamineAsync(tool);
}

if (verb == "session")
{
    return await Session.RunAsync(tool, args[2], args[3..]);
}

var document = new StringWriter(CultureInfo.InvariantCulture);
var started = Stopwatch.GetTimestamp();
await Document.WriteAsync(document, tool);
Console.WriteLine(FormattableString.Invariant($"{Situations.All.Count} situations in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s"));
if (verb == "write")
{
    await File.WriteAllTextAsync(args[2], document.ToString());
    return 0;
}

if (await File.ReadAllTextAsync(args[2]) == document.ToString())
{
    return 0;
}

var seen = Path.Combine(Path.GetTempPath(), "troubleshooting.md");
await File.WriteAllTextAsync(seen, document.ToString());
await Console.Error.WriteLineAsync($"{args[2]} is not what the situations print now: compare it with {seen}, or write it again.");
return 1;
