using System.Text.Json;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.Landing;
using Orrery.Connectors.ObjectStores;
using Orrery.Connectors.Rows;
using Orrery.Log;

namespace Orrery.EndToEnd.Tests.Channels;

/// <summary>The orders as the landed files tell them: every change, partition by partition in the order of offsets.</summary>
static class LandedShop
{
    /// <summary>Every row as text, by id, as <see cref="BusyShop.Rows"/> writes it; and how many changes there were.</summary>
    /// <param name="folder">The lake.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="partitions">Its partitions.</param>
    /// <param name="schemas">From the catalog.</param>
    public static async Task<(SortedDictionary<string, string> Rows, long Changes)> ReadAsync(string folder, string topic, int partitions, IReadOnlyDictionary<ulong, TableSchema> schemas)
    {
        using var store = new FolderObjectStore(folder, TimeProvider.System);
        var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
        long changes = 0;
        for (int partition = 0; partition < partitions; partition++)
        {
            var records = new List<LandingRecord>();
            var reader = new ManifestReader(store, topic, partition, RecordHash.Compute);
            await foreach (LandingManifest manifest in reader.CommitsAsync(0))
                await foreach (LandingRecord record in reader.RecordsAsync(manifest))
                    records.Add(record);
            await foreach (LandingManifest manifest in reader.RepairsAsync())
                await foreach (LandingRecord record in reader.RecordsAsync(manifest))
                    records.Add(record);
            records.Select(record => record.Offset).Distinct().Count().ShouldBe(records.Count, $"partition {partition} holds every record once");
            foreach (LandingRecord record in records.OrderBy(record => record.Offset))
                Apply(rows, record, schemas);
            changes += records.Count;
        }

        return (rows, changes);
    }

    /// <summary>Schemas as the catalog's answer tells them.</summary>
    public static IReadOnlyDictionary<ulong, TableSchema> Schemas(JsonElement entity)
    {
        var schemas = new Dictionary<ulong, TableSchema>();
        foreach (JsonElement version in entity.GetProperty("schemas").EnumerateArray())
        {
            JsonElement[] columns = [.. version.GetProperty("columns").EnumerateArray()];
            int[] keys = [.. columns.Index().Where(pair => pair.Item.GetProperty("key").GetInt32() > 0).OrderBy(pair => pair.Item.GetProperty("key").GetInt32()).Select(pair => pair.Index)];
            var schema = new TableSchema(
                version.GetProperty("database").GetString()!, version.GetProperty("table").GetString()!,
                [.. columns.Select(column => new Column(column.GetProperty("name").GetString()!, ColumnType.Parse(column.GetProperty("type").GetString()!), column.GetProperty("nativeType").GetString()!, column.GetProperty("nullable").GetBoolean()))],
                keys);
            schemas[schema.Fingerprint] = schema;
        }

        return schemas;
    }

    static void Apply(SortedDictionary<string, string> rows, LandingRecord record, IReadOnlyDictionary<ulong, TableSchema> schemas)
    {
        var change = new ChangeReader(record.Value.Span);
        if (change.Kind is ChangeKind.Schema or ChangeKind.Marker)
            return;
        TableSchema schema = schemas[change.Fingerprint];
        if (!change.Before.IsEmpty)
            rows.Remove(Id(RowValues.ReadAll(schema, change.Before)));
        if (change.After.IsEmpty)
            return;
        object?[] row = RowValues.ReadAll(schema, change.After);
        rows[Id(row)] = string.Join('|', row.Select(Text));
    }

    static string Id(object?[] row) => BusyShop.Text(row[0]);

    static string Text(object? value) => BusyShop.Text(value is DateTime time ? time.ToString("yyyy-MM-dd HH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture) : value);
}
