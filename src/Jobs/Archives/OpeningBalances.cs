using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Jobs.Archives;

/// <summary>
/// Balances whose movements go to the archive. What a chunk moved is added to the opening balances in the transaction that deletes it (and taken away when it comes
/// back): opening + movements = closing, for each place, before, after and at every commit between.
/// </summary>
sealed class OpeningBalances(ArchiveStore store)
{
    /// <summary>Digits behind the point that amounts may have.</summary>
    public const int Scale = 10;

    /// <summary>Places, such as a material in a warehouse, of one balance.</summary>
    const int PlacesMax = 5_000_000;

    readonly IReadOnlyList<BalanceRule> rules = store.Documents.Rules.Balances;

    /// <summary>Within the transaction: adds (or with -1 takes away) what these documents moved.</summary>
    public void Carry(ArchiveChunk chunk, int sign)
    {
        foreach (BalanceRule rule in rules)
        {
            var moved = new Dictionary<Place, decimal>();
            foreach ((int kind, IReadOnlyList<Document> documents) in chunk.ByKind())
                if (rule.Movements.TryGetValue(store.Kinds[kind].Rule.Name, out string? query))
                    Sum(rule, Fill(query, store.Kinds[kind].KeysOf(store.Source.Dialect, store.Kinds[kind].Head.Source, documents)), moved);
            var changed = moved.Where(static pair => pair.Value != 0).ToList();
            if (changed.Count == 0) continue;
            Dictionary<Place, decimal> openings = Openings(rule, [.. changed.Select(static pair => pair.Key)]);
            store.Openings.Upsert(changed.Select(pair => Row(rule, pair.Key, openings.GetValueOrDefault(pair.Key) + sign * pair.Value)));
        }
    }

    /// <summary>Closing balances as they are now: openings and all movements.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, decimal>> Closing()
    {
        var all = new Dictionary<string, IReadOnlyDictionary<string, decimal>>();
        foreach (BalanceRule rule in rules)
        {
            Dictionary<Place, decimal> sums = Openings(rule, null);
            foreach (string query in rule.Movements.Values) Sum(rule, Fill(query, static _ => "1=1"), sums);
            all[rule.Name] = sums.Where(static pair => pair.Value != 0).ToDictionary(static pair => $"{pair.Key.Values} {pair.Key.Measure}", static pair => pair.Value);
        }

        return all;
    }

    Dictionary<Place, decimal> Openings(BalanceRule rule, IReadOnlyCollection<Place>? places)
    {
        string condition = $"{store.Source.Dialect.Quote("balance")} = '{rule.Name.Replace("'", "''", StringComparison.Ordinal)}'";
        if (places is { Count: <= 1000 }) condition += $" AND {store.Source.Dialect.Quote("place_hash")} IN ({string.Join(", ", places.Select(static place => $"'{place.Hash}'"))})";
        return store.Openings.Read(condition).ToDictionary(static row => new Place((string)row[3]!, (string)row[2]!), static row => decimal.Parse(row[4]!.ToString()!, CultureInfo.InvariantCulture));
    }

    void Sum(BalanceRule rule, string query, Dictionary<Place, decimal> into)
    {
        string Names(IEnumerable<string> names) => string.Join(", ", names.Select(store.Source.Dialect.Quote));
        string sums = string.Join(", ", rule.Amounts.Select(amount => $"SUM({store.Source.Dialect.Quote(amount)})"));
        using DbCommand command = store.Source.Command($"SELECT {Names(rule.By)}, {sums} FROM ({query}) m GROUP BY {Names(rule.By)}");
        using DbDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            string values = JsonSerializer.Serialize(rule.By.Select((_, index) => reader.IsDBNull(index) ? null : DocumentSource.KeyText(reader.GetValue(index))));
            for (int index = 0; index < rule.Amounts.Count; index++)
            {
                if (reader.IsDBNull(rule.By.Count + index)) continue;
                var place = new Place(values, rule.Amounts[index]);
                into[place] = into.GetValueOrDefault(place) + Convert.ToDecimal(reader.GetValue(rule.By.Count + index), CultureInfo.InvariantCulture);
                if (into.Count > PlacesMax) throw new ArchiveException($"The balance '{rule.Name}' has more than {PlacesMax:N0} places: keep it by fewer columns.");
            }
        }
    }

    static string Fill(string query, Func<string, string> keys)
    {
        var text = new StringBuilder();
        int at = 0;
        for (int start; (start = query.IndexOf("{documents:", at, StringComparison.Ordinal)) >= 0;)
        {
            int end = query.IndexOf('}', start);
            if (end < 0) throw new ArchiveException($"A movement's query does not end its {{documents:COLUMN}}: {query}");
            text.Append(query, at, start - at).Append(keys(query[(start + "{documents:".Length)..end]));
            at = end + 1;
        }

        return text.Append(query, at, query.Length - at).ToString();
    }

    static object[] Row(BalanceRule rule, Place place, decimal amount)
    {
        if (decimal.Round(amount, Scale) != amount) throw new ArchiveException($"The balance '{rule.Name}' of {place.Values} is {amount}, which has more than {Scale} digits behind the point: round the movements in the rule.");
        return [rule.Name, place.Hash, place.Measure, place.Values, new ExactDecimal((Int128)(amount * 10_000_000_000m), Scale)];
    }

    /// <summary>What a balance is kept by, as a JSON array, and which of its amounts.</summary>
    readonly record struct Place(string Values, string Measure)
    {
        public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Values)));
    }
}
