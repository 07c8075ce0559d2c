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
foreach (var file in Directory.EnumerateFiles(args[0], "coverage.json", SearchOption.AllDirectories))
{
    coverage.Add(JsonNode.Parse(File.ReadAllText(file))!.AsObject());
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
