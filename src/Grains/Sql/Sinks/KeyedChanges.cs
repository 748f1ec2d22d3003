using System.Globalization;
using System.Text;
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
            string key = KeyOf(relation, values);
            if (!last.ContainsKey(key))
                order.Add(key);
            last[key] = (values, weight > 0);
        }

        return new KeyedChanges([.. order.Select(key => last[key]).Where(static row => row.IsUpsert).Select(static row => row.Values)], [.. order.Select(key => last[key]).Where(static row => !row.IsUpsert).Select(static row => row.Values)]);
    }

    /// <summary>Each value with its length before it, so that no two keys give the same text.</summary>
    static string KeyOf(Relation relation, object?[] values)
    {
        var key = new StringBuilder();
        foreach (int place in relation.PrimaryKey)
        {
            object? value = values[place];
            string text = value is System.Collections.Immutable.ImmutableArray<byte> bytes ? Convert.ToHexString(bytes.AsSpan()) : Orrery.Sql.Rows.RowValues.Text(value, relation.Schema[place].Type);
            key.Append(CultureInfo.InvariantCulture, $"{(value is null ? -1 : text.Length)}:{text}");
        }

        return key.ToString();
    }
}
