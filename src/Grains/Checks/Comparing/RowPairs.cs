using Orrery.Interfaces.Checks;

namespace Orrery.Grains.Checks.Comparing;

/// <summary>
/// Which missing row and which surplus row are one row that differs. A view has no declared key: the columns that tell the differing rows apart on both sides and bring most of them together are taken, the first ones where
/// several do as well.
/// </summary>
static class RowPairs
{
    const int KeyColumnsMax = 4, ValueLengthMax = 1_000;

    /// <param name="key">Places of a key that is known; empty: none is.</param>
    /// <param name="kept">How many differences are answered.</param>
    public static (int[] Key, int Pairs, CheckDifference[] Differences) Of(List<string?[]> missing, List<string?[]> surplus, int columns, IReadOnlyList<int> key, int kept)
    {
        (int[] best, Dictionary<string, string?[]> found) = ([], []);
        if (missing.Count > 0 && surplus.Count > 0)
        {
            foreach (int[] candidate in Candidates(columns, key))
            {
                if (Unique(missing, candidate) is not { } one || Unique(surplus, candidate) is not { } other)
                    continue;
                Dictionary<string, string?[]> both = one.Where(row => other.ContainsKey(row.Key)).ToDictionary();
                if (both.Count > found.Count)
                    (best, found) = (candidate, both);
            }
        }

        Dictionary<string, string?[]> actual = found.Count == 0 ? [] : surplus.ToDictionary(row => KeyOf(row, best));
        var differences = new List<CheckDifference>();
        foreach ((string at, string?[] expected) in found.OrderBy(static row => row.Key, StringComparer.Ordinal).Take(kept))
            differences.Add(new CheckDifference("different", Cut(expected), Cut(actual[at])));
        var paired = found.Keys.ToHashSet();
        differences.AddRange(missing.Where(row => found.Count == 0 || !paired.Contains(KeyOf(row, best))).Take(kept - differences.Count).Select(static row => new CheckDifference("missing", Cut(row), null)));
        differences.AddRange(surplus.Where(row => found.Count == 0 || !paired.Contains(KeyOf(row, best))).Take(kept - differences.Count).Select(static row => new CheckDifference("surplus", null, Cut(row))));
        return (best, found.Count, [.. differences]);
    }

    static IEnumerable<int[]> Candidates(int columns, IReadOnlyList<int> key)
    {
        if (key.Count > 0)
        {
            yield return [.. key];
            yield break;
        }

        for (int length = 1; length <= Math.Min(KeyColumnsMax, columns - 1); length++)
            yield return [.. Enumerable.Range(0, length)];
        for (int column = 1; column < columns; column++)
            yield return [column];
        // A group's columns stand first, and the more of them the better they tell groups apart.
        for (int length = KeyColumnsMax + 1; length < columns; length++)
            yield return [.. Enumerable.Range(0, length)];
    }

    static Dictionary<string, string?[]>? Unique(List<string?[]> rows, int[] key)
    {
        var unique = new Dictionary<string, string?[]>(StringComparer.Ordinal);
        foreach (string?[] row in rows)
            if (!unique.TryAdd(KeyOf(row, key), row))
                return null;
        return unique;
    }

    static string KeyOf(string?[] row, int[] key) => string.Join('\u001f', key.Select(column => row[column] ?? "\u0001"));

    static string?[] Cut(string?[] row) => [.. row.Select(static value => value is { Length: > ValueLengthMax } ? value[..ValueLengthMax] + "..." : value)];
}
