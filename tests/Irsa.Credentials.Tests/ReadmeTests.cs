using System.Collections;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Irsa.Credentials.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public void Every_log_event_has_a_row_with_its_level_and_every_row_an_event()
    {
        var events = typeof(Irsa.Credentials.Telemetry.Log).GetMethods(BindingFlags.Static | BindingFlags.Public)
            .Select(static method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .Select(static message => $"| {message.EventId} | {(message.Level == LogLevel.None ? string.Empty : message.Level)}")
            .ToList();
        var rows = Documentation.Rows("docs/observability.md", "Event").Select(static cells => $"| {cells[0]} | {cells[1]}").ToList();

        Assert.Equal(events.Count, events.Distinct().Count());
        Assert.Equal(events.Count, rows.Count);
        Assert.All(events.Zip(rows), static pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_option_has_a_row_with_its_default_and_every_row_an_option()
    {
        var options = typeof(IrsaOptions).GetProperties().ToDictionary(static property => property.Name, static property => property.GetValue(new IrsaOptions()));
        var rows = Documentation.Rows("README.md", "Option").SelectMany(static cells => Named(cells[0].Split(", "), cells[1])).ToList();

        Assert.Equal(options.Keys.Order(StringComparer.Ordinal), rows.Select(static row => row.Name).Order(StringComparer.Ordinal));
        Assert.All(rows, row =>
        {
            if (Shown(options[row.Name]) is { } set)
            {
                Assert.Equal(set, row.Default);
            }
            else
            {
                Assert.True(row.Default is "none" or "STS's 1 hour" || row.Default.StartsWith("`AWS_", StringComparison.Ordinal), $"{row.Name} has no default of its own, and {row.Default} is no other source");
            }
        });
    }

    [Fact]
    public void Every_option_of_the_second_role_is_in_its_row()
    {
        var range = Documentation.Rows("README.md", "Option").Single(static cells => cells[0] == "`AssumeRole`")[2];

        Assert.Equal(typeof(AssumeRoleOptions).GetProperties().Select(static property => $"`{property.Name}`"), range.Split(", ").Select(static item => item.Split(' ')[0]));
    }

    /// <summary>A row may be about several options, with a default for each or one for all.</summary>
    private static IEnumerable<(string Name, string Default)> Named(string[] names, string defaults)
    {
        var each = defaults.Split(", ");
        return names.Select((name, index) => (name.Trim('`'), names.Length > 1 && each.Length == names.Length ? each[index] : defaults));
    }

    /// <summary>A default as the table writes it; null where nothing is set.</summary>
    private static string? Shown(object? value) => value switch
    {
        null => null,
        Enum name => $"`{name}`",
        bool isOn => isOn ? "`true`" : "`false`",
        TimeSpan time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds} s"),
        ICollection { Count: 0 } => "none",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
