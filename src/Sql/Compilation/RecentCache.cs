using Orrery.Sql.Rows;

namespace Orrery.Sql.Compilation;

/// <summary>What was made of the last few texts: patterns, formats, paths and zones are nearly always constants, and making one costs more than using it.</summary>
internal sealed class RecentCache<T>(Func<string, T> make)
{
    /// <summary>Entries that are kept.</summary>
    private const int EntriesMax = 32;

    private readonly List<(byte[] Text, T Made)> _entries = [];

    public T Get(Bytes text)
    {
        foreach (var (known, made) in _entries)
            if (text.Span.SequenceEqual(known)) return made;
        var fresh = make(text.ToString());
        if (_entries.Count == EntriesMax) _entries.RemoveAt(0);
        _entries.Add((text.Span.ToArray(), fresh));
        return fresh;
    }
}
