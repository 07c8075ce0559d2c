using System.Text;

namespace Irsa.Credentials.Tests.Fuzzing;

/// <summary>A parser, the inputs to begin with, and what must hold for any input: it throws where it does not.</summary>
/// <param name="Name">One word.</param>
/// <param name="Corpus">Inputs that reach far into the parser.</param>
/// <param name="Run">Gives it one input. Documented exceptions are caught there.</param>
internal sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Corpus, Action<byte[]> Run)
{
    public FuzzTarget(string name, string[] corpus, Action<byte[]> run)
        : this(name, [.. corpus.Select(Encoding.UTF8.GetBytes)], run)
    {
    }

    public override string ToString() => Name;

    /// <summary>Bytes as text: mostly UTF-8, else each byte as one character or each two as a code unit, so that lone surrogates occur.</summary>
    public static string Text(byte[] input) => (input.Length == 0 ? 0 : input[^1] % 8) switch
    {
        0 => Encoding.Latin1.GetString(input),
        1 => string.Concat(input.Chunk(2).Select(static pair => (char)(pair[0] << 8 | pair[^1]))),
        _ => Encoding.UTF8.GetString(input),
    };

    /// <summary>Nothing that a terminal or a log would obey.</summary>
    public static void RequireShowable(string text)
    {
        foreach (var c in text)
        {
            if ((char.IsControl(c) && c is not '\n') || c is '\u202e' or '\u2028' or '\u2066')
            {
                throw new InvalidOperationException($"A text shows the control character {(int)c:x4}.");
            }
        }
    }
}
