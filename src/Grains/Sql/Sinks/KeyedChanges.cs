using Orrery.Sql.Catalogs;

namespace Orrery.Grains.Sql.Sinks;

/// <summary>An epoch's changes for a sink with a key: what is to be there, and which keys are to go.</summary>
sealed record KeyedChanges(IReadOnlyList<object?[]> Upserts, IReadOnlyList<object?[]> Deletes)
{
    public static KeyedChanges Of(Relation relation, IReadOnlyList<(object?[] Values, int Weight)> rows)
    {
        // Rows that come are behind those that go, so a key that is replaced ends as an upsert.
        var last = new Dictionary<string, (object?[] Values, bool IsUpsert)>(StringComparer.Ordinal);
        var order = new List<string>();
        foreach ((object?[] values, int weight) in rows)
        {
            string key = string.Join('\u0001', relation.PrimaryKey.Select(place => values[place] is null ? "\u0002" : Orrery.Sql.Rows.RowValues.Text(values[place], relation.Schema[place].Type)));
            if (!last.ContainsKey(key))
                order.Add(key);
            last[key] = (values, weight > 0);
        }

        return new KeyedChanges([.. order.Select(key => last[key]).Where(static row => row.IsUpsert).Select(static row => row.Values)], [.. order.Select(key => last[key]).Where(static row => !row.IsUpsert).Select(static row => row.Values)]);
    }
}
