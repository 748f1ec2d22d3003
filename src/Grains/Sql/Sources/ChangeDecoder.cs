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
sealed class ChangeDecoder : IRowDecoder
{
    /// <summary>Schemas remembered; past it all are learnt anew.</summary>
    const int SchemasMax = 10_000;

    readonly IGrainFactory grains;
    readonly string tenant, table;
    readonly SharedDecoding shared;
    readonly Dictionary<ulong, TableSchema?> schemas = [];
    readonly Dictionary<TableSchema, int[]> maps = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<TableSchema, Meaning> meanings = new(ReferenceEqualityComparer.Instance);
    readonly List<(int Partition, long Offset, TableSchema Schema)> news = [];
    int partition;
    long place;

    /// <param name="shared">Decodes the topic for all tables over it.</param>
    /// <param name="table"><c>database.table</c> or <c>table</c>; empty: all.</param>
    public ChangeDecoder(IGrainFactory grains, string tenant, SharedDecoding shared, string table)
    {
        this.grains = grains;
        this.tenant = tenant;
        this.shared = shared;
        this.table = table;
        shared.Join();
    }

    public async Task PrepareAsync(SourceSlice slice)
    {
        if (shared.IsOfMessages)
            return;
        DecodedBatches decoded = shared.Take(slice);
        ulong[] unknown = [.. decoded.Fingerprints.Where(fingerprint => schemas.GetValueOrDefault(fingerprint) is null)];
        shared.GiveBack(slice, decoded, isDone: false);
        if (schemas.Count + unknown.Length > SchemasMax)
            schemas.Clear();
        foreach (ulong fingerprint in unknown)
            schemas[fingerprint] = await grains.GetGrain<ICatalogGrain>(tenant).FindSchema(fingerprint) is { } found ? SchemaTexts.Read(found.Schema) : null;
    }

    public IEnumerable<(long Offset, TableSchema Schema)> Schemas(SourceSlice slice)
    {
        TableSchema? last = null;
        var found = new List<(long, TableSchema)>();
        DecodedBatches decoded = shared.Take(slice);
        try
        {
            foreach (ref readonly DecodedBatches.Piece piece in decoded.Pieces)
            {
                if (piece.Schema < 0 || piece.Offset < slice.From || piece.Offset >= slice.To || SchemaOf(decoded, piece.Schema) is not { } schema || ReferenceEquals(schema, last) || !IsWanted(schema))
                    continue;
                if (new ChangeReader(decoded.ValueOf(piece)).Kind is ChangeKind.Schema or ChangeKind.Truncate)
                    continue;
                last = schema;
                found.Add((piece.Offset, schema));
            }
        }
        finally
        {
            shared.GiveBack(slice, decoded, isDone: false);
        }

        return found;
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
        DecodedBatches decoded = shared.Take(slice);
        try
        {
            // What is rejected comes in the order of the records.
            using IEnumerator<(long Offset, LogRecord Record)> records = slice.Records().GetEnumerator();
            Span<bool> isOfOthers = decoded.SchemaCount <= 256 ? stackalloc bool[decoded.SchemaCount] : new bool[decoded.SchemaCount];
            for (int schema = 0; schema < isOfOthers.Length; schema++)
                isOfOthers[schema] = SchemaOf(decoded, schema) is { } known && !IsWanted(known);
            long refused = -1;
            foreach (ref readonly DecodedBatches.Piece piece in decoded.Pieces)
            {
                // Of a record that is refused nothing more is taken.
                if ((piece.Schema >= 0 && isOfOthers[piece.Schema]) || piece.Offset < slice.From || piece.Offset >= slice.To || piece.Offset == refused)
                    continue;
                place = piece.Offset;
                string? reason = decoded.ProblemOf(piece);
                try
                {
                    if (reason is null)
                        Apply(new ChangeReader(decoded.ValueOf(piece)), SchemaOf(decoded, piece.Schema), target);
                }
                catch (Exception fault) when (fault is RowFormatException or SqlValueException)
                {
                    reason = fault.Message;
                }

                if (reason is null)
                    continue;
                refused = piece.Offset;
                while (records.MoveNext() && records.Current.Offset < refused)
                {
                    // On to the record.
                }

                reject(refused, records.Current.Record, reason);
            }
        }
        finally
        {
            shared.GiveBack(slice, decoded, isDone: true);
        }
    }

    /// <summary>Null: the catalog does not know it.</summary>
    TableSchema? SchemaOf(DecodedBatches decoded, int schema) => shared.IsOfMessages ? decoded.Schemas[schema] : schemas.GetValueOrDefault(decoded.Fingerprints[schema]);

    void Apply(in ChangeReader change, TableSchema? known, RowTarget target)
    {
        TableSchema schema = known ?? throw new RowFormatException($"The catalog knows no schema {change.Fingerprint:x16}.");
        if (!meanings.TryGetValue(schema, out Meaning meaning))
        {
            if (meanings.Count >= SchemasMax)
                meanings.Clear();
            meanings[schema] = meaning = new Meaning(PackedCopy.TryMake(schema, target));
            if (change.Kind is not (ChangeKind.Schema or ChangeKind.Truncate) && news.Count < SchemasMax)
                news.Add((partition, place, schema));
        }

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
    readonly record struct Meaning(PackedCopy? Copy);
}
