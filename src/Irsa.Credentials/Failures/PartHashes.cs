namespace Irsa.Credentials.Failures;

/// <summary>
/// A number for each part of a short text, to find the same parts in long ones: each number follows from the one before it. Two parts of the
/// same number would hide a few letters too many.
/// </summary>
internal sealed class PartHashes
{
    private const ulong Base = 0x9E37_79B9_7F4A_7C15;

    /// <summary>Most parts of a long text are not sought: the first bits of a number tell so without a search.</summary>
    private const int FilterBits = 12;

    private readonly int _length;
    private readonly ulong[] _hashes;
    private readonly HashSet<ulong> _sought;
    private readonly bool[] _filter = new bool[1 << FilterBits];

    private PartHashes(ulong[] hashes, int length)
    {
        _length = length;
        _hashes = hashes;
        _sought = [.. hashes];
        foreach (var hash in hashes)
        {
            _filter[FilterIndex(hash)] = true;
        }
    }

    public static PartHashes Of(string text, int length)
    {
        var hashes = new ulong[Math.Max(text.Length - length + 1, 0)];
        var hash = 0UL;
        var leaving = WeightOf(length);
        for (var index = 0; index < text.Length; index++)
        {
            hash = Next(hash, leaving, text, index, length);
            if (index >= length - 1)
            {
                hashes[index - length + 1] = hash;
            }
        }

        return new PartHashes(hashes, length);
    }

    /// <summary>Where the parts begin that one of the long texts has too.</summary>
    public IEnumerable<int> SharedWith(IEnumerable<string> texts)
    {
        var found = new HashSet<ulong>();
        foreach (var text in _hashes.Length == 0 ? [] : texts)
        {
            FindIn(text, found);
        }

        return found.Count == 0 ? [] : Enumerable.Range(0, _hashes.Length).Where(start => found.Contains(_hashes[start]));
    }

    private void FindIn(string text, HashSet<ulong> found)
    {
        var hash = 0UL;
        var leaving = WeightOf(_length);
        for (var index = 0; index < text.Length; index++)
        {
            hash = Next(hash, leaving, text, index, _length);
            if (index >= _length - 1 && _filter[FilterIndex(hash)] && _sought.Contains(hash))
            {
                found.Add(hash);
            }
        }
    }

    private static ulong Next(ulong hash, ulong leaving, string text, int index, int length)
    {
        var next = unchecked((hash * Base) + text[index]);
        return index < length ? next : unchecked(next - (leaving * text[index - length]));
    }

    private static ulong WeightOf(int length)
    {
        var weight = 1UL;
        for (var power = 0; power < length; power++)
        {
            weight = unchecked(weight * Base);
        }

        return weight;
    }

    private static int FilterIndex(ulong hash) => (int)(hash >> (64 - FilterBits));
}
