using System.Globalization;
using System.Text;
using Irsa.Credentials.Failures;

namespace Irsa.Tool;

/// <summary>
/// Prints paragraphs for people: escaped, wrapped at spaces, without trailing blanks. A word is never broken, because it may be a command's
/// argument, an ARN or a URL that the reader copies; one that is longer than the line overflows it.
/// </summary>
internal static class TextOutput
{
    private const int WidthWithoutTerminal = 100;
    private const int SmallestWidth = 20;

    /// <summary>Gets the width of the terminal, or what the variable COLUMNS says when the output is redirected.</summary>
    public static int Width { get; } = Console.IsOutputRedirected
        ? int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var columns) && columns >= SmallestWidth ? columns : WidthWithoutTerminal
        : Math.Max(Console.WindowWidth - 1, SmallestWidth);

    /// <summary>Prints a paragraph. Its first line follows what the caller has printed, which is <paramref name="indent"/> characters wide.</summary>
    public static void WriteParagraph(string text, int indent)
    {
        var isFirst = true;
        foreach (var line in DisplayText.EscapeLines(text).ReplaceLineEndings("\n").Split('\n'))
        {
            foreach (var part in Wrap(line, Width - indent))
            {
                Console.Out.WriteLine($"{(isFirst || part.Length == 0 ? string.Empty : new string(' ', indent))}{part}");
                isFirst = false;
            }
        }
    }

    /// <summary>Prints lines as they are, escaped: for documents that the reader copies.</summary>
    public static void WriteDocument(string text) => Console.Out.WriteLine(DisplayText.EscapeLines(text));

    public static void WriteError(string text) => Console.Error.WriteLine(DisplayText.EscapeLines(text));

    /// <summary>Prints a word in a colour, if the terminal has colours and NO_COLOR is not set.</summary>
    public static void WriteWord(string word, ConsoleColor color)
    {
        if (Console.IsOutputRedirected || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")))
        {
            Console.Out.Write(word);
            return;
        }

        Console.ForegroundColor = color;
        Console.Out.Write(word);
        Console.ResetColor();
    }

    /// <summary>Keeps the spaces at a line's beginning, so that a document in a paragraph keeps its shape.</summary>
    private static IEnumerable<string> Wrap(string line, int width)
    {
        var current = new StringBuilder(line[..(line.Length - line.TrimStart(' ').Length)]);
        var hasWord = false;
        foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (hasWord && current.Length + 1 + word.Length > width)
            {
                yield return current.ToString();
                current.Clear();
                hasWord = false;
            }

            current.Append(hasWord ? " " : string.Empty).Append(word);
            hasWord = true;
        }

        yield return hasWord ? current.ToString() : string.Empty;
    }
}
