using System.Globalization;

namespace Irsa.Credentials.Benchmarks.Measuring;

/// <summary>A table that is printed row by row, in the form in which docs/ keeps it.</summary>
internal sealed class MarkdownTable
{
    private readonly int _columns;

    public MarkdownTable(params string[] columns)
    {
        _columns = columns.Length;
        Print(columns);
        Print(Enumerable.Repeat("---", columns.Length));
    }

    /// <summary>Prints one row; numbers appear as the invariant culture has them.</summary>
    public void Add(params FormattableString[] cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, _columns);
        Print(cells.Select(static cell => cell.ToString(CultureInfo.InvariantCulture)));
    }

    private static void Print(IEnumerable<string> cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");
}
