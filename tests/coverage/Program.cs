using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Irsa.Credentials.Coverage;

if (args is ["collector"])
{
    Console.WriteLine(Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Collector").Value);
    return 0;
}

var coverage = new MergedCoverage();
foreach (var project in Directory.EnumerateDirectories(args[0]))
{
    var reached = Directory.EnumerateFiles(project, "coverage.json", SearchOption.AllDirectories).Count(file => coverage.Add(JsonNode.Parse(File.ReadAllText(file))!.AsObject()));
    if (reached == 0)
    {
        // The collector tells only its own log that it could not instrument.
        Console.Error.WriteLine($"nothing was counted of {Path.GetFileName(project)}");
        return 1;
    }
}

foreach (var line in coverage.Gaps())
{
    Console.WriteLine(line);
}

Console.WriteLine();
foreach (var (room, lines, branches) in coverage.Rooms())
{
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{room,-22} lines {lines,6:P1}  branches {branches,6:P1}"));
}

return 0;
