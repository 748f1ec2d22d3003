using System.Text.Json;
using Orrery.Grains.Sql.Values;
using Orrery.Log;
using Orrery.Sql.Types;

namespace Orrery.Grains.Sql.Sources;

/// <summary>
/// Rows as JSON: an object by column names or an array in the order of the stored columns; of a table of one's own also <c>{"-":[...]}</c>, which takes a row away. With a primary key a row replaces the one
/// of its key; a record without a value says nothing.
/// </summary>
sealed class JsonDecoder : IRowDecoder
{
    /// <summary>What names a row that goes.</summary>
    public const string Removed = "-";

    public void Decode(SourceSlice slice, RowTarget target, Action<long, LogRecord, string> reject)
    {
        foreach ((long offset, LogRecord record) in slice.Records())
        {
            if (record.Value.IsEmpty)
                continue;
            try
            {
                using JsonDocument document = JsonDocument.Parse(record.Value);
                JsonElement root = document.RootElement;
                if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty(Removed, out JsonElement gone))
                    target.Remove(Spread(JsonRows.Values(gone, target.StoredSchema), target));
                else
                    target.Add(Spread(JsonRows.Values(root, target.StoredSchema), target));
            }
            catch (Exception fault) when (fault is JsonException or SqlValueException)
            {
                reject(offset, record, fault.Message);
            }
        }
    }

    /// <summary>The stored values at their places among all columns.</summary>
    public static object?[] Spread(object?[] stored, RowTarget target)
    {
        if (target.Stored.Count == target.Relation.Schema.Count)
            return stored;
        var values = new object?[target.Relation.Schema.Count];
        for (int index = 0; index < stored.Length; index++)
            values[target.Stored[index]] = stored[index];
        return values;
    }
}
