using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Irsa.Credentials.Tests;

public sealed class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(
        typeof(ReadmeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static item => item.Key == "Readme").Value!);

    [Fact]
    public void The_table_of_errors_says_what_the_explanations_say() => Assert.Equal(
        IrsaErrorExplanation.All.Select(static row => $"| {row.Id} | {row.Title} | {row.Remedy} |"),
        Readme.Split('\n').Where(static line => line.StartsWith("| IRSA", StringComparison.Ordinal)));

    [Fact]
    public void Every_log_event_has_a_row_with_its_level_and_every_row_an_event()
    {
        var events = typeof(Telemetry.Log).GetMethods(BindingFlags.Static | BindingFlags.Public)
            .Select(static method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .Select(static message => $"| {message.EventId} | {(message.Level == LogLevel.None ? string.Empty : message.Level)}")
            .ToList();
        var rows = Readme.Split('\n').SkipWhile(static line => !line.StartsWith("| Event |", StringComparison.Ordinal)).Skip(2).TakeWhile(static line => line.StartsWith('|')).ToList();

        Assert.Equal(events.Count, events.Distinct().Count());
        Assert.Equal(events.Count, rows.Count);
        Assert.All(events.Zip(rows), static pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_option_has_a_row() => Assert.All(
        typeof(IrsaOptions).GetProperties(),
        static property => Assert.Contains($"`{property.Name}`", Readme, StringComparison.Ordinal));
}
