using System.Text.Json.Nodes;

namespace Irsa.Credentials.Coverage;

/// <summary>Lines and branches of the package that any of the test projects reached, in coverlet's JSON.</summary>
internal sealed class MergedCoverage
{
    private readonly SortedDictionary<(string File, int Line), bool> _lines = [];
    private readonly SortedDictionary<(string File, int Line, string Branch), bool> _branches = [];

    /// <summary>Adds a run. Returns whether it reached the package at all.</summary>
    public bool Add(JsonObject modules)
    {
        var isReached = false;
        foreach (var (path, types) in modules.SelectMany(module => module.Value!.AsObject()))
        {
            var file = FileOf(path);
            foreach (var (name, method) in types!.AsObject().SelectMany(type => type.Value!.AsObject()))
            {
                isReached |= AddMethod(file, name, method!.AsObject());
            }
        }

        return isReached;
    }

    public IEnumerable<string> Gaps() =>
        _lines.Where(line => !line.Value).Select(line => (line.Key.File, line.Key.Line, What: "line"))
            .Concat(_branches.Where(branch => !branch.Value).Select(branch => (branch.Key.File, branch.Key.Line, What: "branch")))
            .Order()
            .Select(gap => $"{gap.File}:{gap.Line} {gap.What}");

    public IEnumerable<(string Room, double Lines, double Branches)> Rooms()
    {
        string[] rooms = [.. _lines.Keys.Select(line => RoomOf(line.File)).Distinct().Order()];
        foreach (var room in rooms)
        {
            yield return Score(room, file => RoomOf(file) == room);
        }

        yield return Score("all", _ => true);
    }

    private static string RoomOf(string file) => file.Contains('/', StringComparison.Ordinal) ? file[..file.IndexOf('/', StringComparison.Ordinal)] : ".";

    private static string FileOf(string path)
    {
        const string Package = "/src/Irsa.Credentials/";
        return path[(path.LastIndexOf(Package, StringComparison.Ordinal) + Package.Length)..];
    }

    private bool AddMethod(string file, string name, JsonObject method)
    {
        var isReached = false;
        foreach (var (line, hits) in method["Lines"]!.AsObject())
        {
            var key = (file, int.Parse(line, System.Globalization.CultureInfo.InvariantCulture));
            var isHit = hits!.GetValue<int>() > 0;
            _lines[key] = _lines.GetValueOrDefault(key) || isHit;
            isReached |= isHit;
        }

        foreach (var branch in method["Branches"]!.AsArray())
        {
            var key = (file, branch!["Line"]!.GetValue<int>(), $"{name} {branch["Offset"]} {branch["Path"]} {branch["Ordinal"]}");
            _branches[key] = _branches.GetValueOrDefault(key) || branch["Hits"]!.GetValue<int>() > 0;
        }

        return isReached;
    }

    private (string Room, double Lines, double Branches) Score(string room, Func<string, bool> belongs) =>
        (room, Share(_lines.Where(line => belongs(line.Key.File)).Select(line => line.Value)), Share(_branches.Where(branch => belongs(branch.Key.File)).Select(branch => branch.Value)));

    private static double Share(IEnumerable<bool> reached)
    {
        bool[] all = [.. reached];
        return all.Length == 0 ? 1 : all.Count(hit => hit) / (double)all.Length;
    }
}
