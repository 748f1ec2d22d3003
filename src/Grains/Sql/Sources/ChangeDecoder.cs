using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.Messages;
using Orrery.Connectors.Rows;
using Orrery.Grains.Channels;
using Orrery.Interfaces.Catalog;
using Orrery.Log;
using Orrery.Sql.Types;

namespace Orrery.Grains.Sql.Sources;

/// <summary>
/// Changes of databases: Orrery's compact ones, whose schemas the catalog knows, or messages of canal, Debezium, Maxwell. Columns are found by name, without regard to case; those that the table does not
/// declare are passed over, those that the source does not have are null. A table without a key gets the row before taken away; with one the key decides.
/// </summary>
/// <param name="messages">Reads messages; null: the values are compact changes.</param>
/// <param name="table"><c>database.table</c> or <c>table</c>; empty: all.</param>
sealed class ChangeDecoder(IGrainFactory grains, string tenant, IChangeMessageReader? messages, string table) : IRowDecoder
{
    /// <summary>Schemas remembered; past it all are learnt anew.</summary>
    const int SchemasMax = 10_000;

    readonly Dictionary<ulong, TableSchema?> schemas = [];
    readonly Dictionary<TableSchema, int[]> maps = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<TableSchema, Meaning> meanings = new(ReferenceEqualityComparer.Instance);
    readonly ChangeBatch batch = new();
    readonly List<(int Partition, long Offset, TableSchema Schema)> news = [];
    int partition;
    long place;

    public async Task PrepareAsync(SourceSlice slice)
    {
        if (messages is not null)
            return;
        var unknown = new HashSet<ulong>();
        foreach ((_, LogRecord record) in slice.Records())
            if (FingerprintOf(record) is { } fingerprint && schemas.GetValueOrDefault(fingerprint) is null)
                unknown.Add(fingerprint);
        if (schemas.Count + unknown.Count > SchemasMax)
            schemas.Clear();
        foreach (ulong fingerprint in unknown)
            schemas[fingerprint] = await grains.GetGrain<ICatalogGrain>(tenant).FindSchema(fingerprint) is { } found ? SchemaTexts.Read(found.Schema) : null;
    }

    public IEnumerable<(long Offset, TableSchema Schema)> Schemas(SourceSlice slice)
    {
        TableSchema? last = null;
        var found = new List<(long, TableSchema)>();
        foreach ((long offset, LogRecord record) in slice.Records())
        {
            try
            {
                if (messages is null)
                {
                    if (FingerprintOf(record) is { } fingerprint && schemas.GetValueOrDefault(fingerprint) is { } known)
                        Look(known, offset);
                }
                else if (!record.Value.IsEmpty)
                {
                    batch.Clear();
                    messages.Read(new ChangeMessage(record.Key.Span, record.Value.Span, offset, record.TimestampMilliseconds), batch);
                    foreach (ChangeEntry entry in batch.Entries)
                        if (entry.Schema >= 0 && entry.Kind is not (ChangeKind.Schema or ChangeKind.Truncate))
                            Look(batch.Schemas[entry.Schema], offset);
                }
            }
            catch (Exception fault) when (fault is MessageException or RowFormatException)
            {
                // Decoding says so.
            }
        }

        return found;

        void Look(TableSchema schema, long offset)
        {
            if (ReferenceEquals(schema, last) || !IsWanted(schema))
                return;
            last = schema;
            found.Add((offset, schema));
        }
    }

    public IReadOnlyList<(int Partition, long Offset, TableSchema Schema)> TakeSchemas()
    {
        if (news.Count == 0)
            return [];
        (int, long, TableSchema)[] taken = [.. news];
        news.Clear();
        return taken;
    }

    public void Decode(SourceSlice slice, RowTarget target, Action<long, LogRecord, string> reject)
    {
        partition = slice.Partition;
        foreach ((long offset, LogRecord record) in slice.Records())
        {
            if (record.Value.IsEmpty)
                continue;
            place = offset;
            try
            {
                if (messages is null)
                    DecodeChange(record.Value.Span, target);
                else
                    DecodeMessage(offset, record, messages, target);
            }
            catch (Exception fault) when (fault is MessageException or RowFormatException or SqlValueException)
            {
                reject(offset, record, fault.Message);
            }
        }
    }

    void DecodeMessage(long offset, in LogRecord record, IChangeMessageReader reader, RowTarget target)
    {
        batch.Clear();
        reader.Read(new ChangeMessage(record.Key.Span, record.Value.Span, offset, record.TimestampMilliseconds), batch);
        foreach (ChangeEntry entry in batch.Entries)
            if (entry.Schema >= 0)
                Apply(new ChangeReader(batch.ValueOf(entry).Span), batch.Schemas[entry.Schema], target);
    }

    void DecodeChange(ReadOnlySpan<byte> value, RowTarget target)
    {
        var change = new ChangeReader(value);
        if (change.Kind is ChangeKind.Marker or ChangeKind.Schema)
            return;
        TableSchema schema = schemas.GetValueOrDefault(change.Fingerprint) ?? throw new RowFormatException($"The catalog knows no schema {change.Fingerprint:x16}.");
        Apply(change, schema, target);
    }

    void Apply(in ChangeReader change, TableSchema schema, RowTarget target)
    {
        if (!meanings.TryGetValue(schema, out Meaning meaning))
        {
            if (meanings.Count >= SchemasMax)
                meanings.Clear();
            meanings[schema] = meaning = new Meaning(IsWanted(schema), PackedCopy.TryMake(schema, target));
            if (meaning.IsWanted && change.Kind is not (ChangeKind.Schema or ChangeKind.Truncate) && news.Count < SchemasMax)
                news.Add((partition, place, schema));
        }

        if (!meaning.IsWanted)
            return;
        if (meaning.Copy is { } copy && change.Kind != ChangeKind.Truncate)
            copy.Apply(change);
        else
            ApplyValues(change, schema, target);
    }

    /// <summary>By way of values: for tables with computed columns, and types that differ.</summary>
    void ApplyValues(in ChangeReader change, TableSchema schema, RowTarget target)
    {
        switch (change.Kind)
        {
            case ChangeKind.Insert or ChangeKind.Read:
                target.Add(Values(schema, change.After, target));
                break;
            case ChangeKind.Delete:
                target.Remove(Values(schema, change.Before, target));
                break;
            case ChangeKind.Update:
                object?[] after = Values(schema, change.After, target);
                if (change.Before.Length > 0)
                {
                    object?[] before = Values(schema, change.Before, target);
                    IReadOnlyList<int> key = target.Relation.PrimaryKey;
                    if (key.Count == 0 || (key.All(place => before[place] is not null) && key.Any(place => !Equals(before[place], after[place]))))
                        target.Remove(before);
                }

                target.Add(after);
                break;
            case ChangeKind.Truncate:
                throw new SqlValueException($"All rows of {schema} were deleted at once (TRUNCATE), which the view cannot follow: make the table anew.");
        }
    }

    object?[] Values(TableSchema schema, ReadOnlySpan<byte> row, RowTarget target)
    {
        if (!maps.TryGetValue(schema, out int[]? map))
        {
            if (maps.Count >= SchemasMax)
                maps.Clear();
            maps[schema] = map = [.. schema.Columns.Select(column => target.Relation.Schema.IndexOf(column.Name)).Select(place => target.Stored.Contains(place) ? place : -1)];
        }

        var values = new object?[target.Relation.Schema.Count];
        var reader = new RowReader(schema, row);
        while (reader.Read())
            if (map[reader.Index] is >= 0 and var place)
                values[place] = Plain(RowValues.Get(reader));
        return values;
    }

    /// <summary>A value in a form that a row can be made of.</summary>
    static object? Plain(object? value) => value switch
    {
        ExactDecimal or Guid or CarriedDate => value.ToString(),
        ulong number => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => ReferenceEquals(value, RowValues.Missing) ? null : value,
    };

    bool IsWanted(TableSchema schema) =>
        table.Length == 0 || table.Equals(schema.ToString(), StringComparison.OrdinalIgnoreCase) || table.Equals(schema.Table, StringComparison.OrdinalIgnoreCase);

    /// <summary>What rows of a schema are to this table.</summary>
    /// <param name="Copy">Null: they go by way of values.</param>
    readonly record struct Meaning(bool IsWanted, PackedCopy? Copy);

    static ulong? FingerprintOf(in LogRecord record)
    {
        try
        {
            return record.Value.IsEmpty ? null : new ChangeReader(record.Value.Span) is { Kind: not (ChangeKind.Marker or ChangeKind.Schema) } change ? change.Fingerprint : null;
        }
        catch (RowFormatException)
        {
            // Decoding says so.
            return null;
        }
    }
}
