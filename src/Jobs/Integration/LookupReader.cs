using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.Integration;

/// <summary>Pairs of keys and values of a database.</summary>
static class LookupReader
{
    /// <summary>Pairs that a lookup may hold.</summary>
    public const int PairsMax = 2_000_000;

    public static IEnumerable<(string Key, string? Value)> Pairs(IDatabase database, MappedLookup lookup, CancellationToken cancellationToken)
    {
        var reader = new SourceReader(database, lookup.Source);
        int key = reader.IndexOf(lookup.Key), value = reader.IndexOf(lookup.Value);
        if (key < 0 || value < 0) throw new ArgumentException($"{lookup.Source.Place}: the lookup has no column '{(key < 0 ? lookup.Key : lookup.Value)}'; it has: {string.Join(", ", reader.Columns.Select(column => column.Name))}.");
        foreach (object?[] row in reader.Read(null, []))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (ValueForm.Of(row[key]) is { } text) yield return (Plain(text), ValueForm.Of(row[value]));
        }
    }

    /// <summary>Numbers without zeros that say nothing, so that 12 finds 12.0000.</summary>
    public static string Plain(string text)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal);
        return point > 0 && text.All(static letter => char.IsAsciiDigit(letter) || letter is '.' or '-') && text.IndexOf('.', point + 1) < 0 ? text.TrimEnd('0').TrimEnd('.') : text;
    }
}
