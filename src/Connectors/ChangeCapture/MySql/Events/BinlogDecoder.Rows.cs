using System.Text;
using Orrery.Connectors.ChangeCapture.MySql.Columns;
using Orrery.Connectors.ChangeCapture.MySql.Protocol;
using Orrery.Connectors.ChangeCapture.MySql.Schemas;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.MySql.Events;

/// <summary>Table maps and row events.</summary>
internal sealed partial class BinlogDecoder
{
    const long NoTable = 0xFFFFFF;

    /// <summary>Whether rows of unknown tables are shown by numbered columns rather than refused.</summary>
    public bool NumbersColumns { get; init; }

    byte[] expanded = [];
    int[] beforeStarts = [];
    bool[] beforeNulls = [], afterNulls = [];

    void Map(ReadOnlySpan<byte> body)
    {
        bool shortId = format?.FixedBytesOf(EventType.TableMap) == 6;
        var reader = new PacketReader(body);
        long id = shortId ? reader.UInt32() : reader.UInt48();
        if (maps.TryGetValue(id, out var known) && body.SequenceEqual(known.Bytes)) return;
        if (maps.Count >= TableMapsMax) maps.Clear(); // Maps stand before each statement's rows: what is older is not used again.
        var map = TableMap.Read(body, shortId);
        maps[id] = new MappedTable(map, body.ToArray(), captures(map.Database, map.Table));
    }

    DecodeResult Rows(in EventHeader header, ReadOnlySpan<byte> body, long end, ChangeBatch batch)
    {
        var (kind, isSecond, isCompressed) = Shape(header.Type);
        var reader = new PacketReader(body);
        long id = format?.FixedBytesOf(header.Type) == 6 ? reader.UInt32() : reader.UInt48();
        reader.Skip(2);
        if (isSecond) reader.Skip(Math.Max(0, reader.UInt16() - 2));
        if (!maps.TryGetValue(id, out var mapped))
        {
            if (id == NoTable) return DecodeResult.Done; // It only ends a statement.
            throw new EventFormatException($"Its table {id} has no table map.");
        }

        if (!mapped.IsCaptured) return DecodeResult.Done;
        long sequence = BinlogPosition.SequenceOf(fileNumber, end);
        var plan = mapped.PlanAt(History.Version);
        if (plan is null)
        {
            if (Plan(mapped) is not { } made) return DecodeResult.WantsDefinition;
            plan = mapped.KeepAt(History.Version, made);
        }

        groupHasRows = true;
        groupTables.Add(plan);
        if (sequence <= SkipThrough) return DecodeResult.Done;
        ulong columns = reader.Length();
        if (columns != (ulong)mapped.Map.Types.Length) throw new EventFormatException($"Its rows have {columns} columns and the table map of {mapped.Map} {mapped.Map.Types.Length}.");
        int bitmap = ((int)columns + 7) >> 3;
        var first = reader.Bytes(bitmap);
        var second = kind == ChangeKind.Update ? reader.Bytes(bitmap) : default;
        var images = isCompressed ? CompressedEvent.Expand(reader.Rest(), EventBytesMax, ref expanded) : reader.Rest();
        var rowEvent = new RowEvent(kind, plan, sequence, (groupSeconds > 0 ? groupSeconds : header.Seconds) * 1000, batch.IndexOf(plan.Schema));
        int bytes = batch.Bytes.Position, count = 0, position = 0;
        try
        {
            bool isWhole = AllSet(first, (int)columns) && (kind != ChangeKind.Update || AllSet(second, (int)columns));
            while (position < images.Length)
            {
                int taken = isWhole ? Whole(rowEvent, images[position..], batch, ref count) : Partial(rowEvent, images[position..], first, second, batch, ref count);
                if (taken == 0) throw new EventFormatException("A row has no bytes.");
                position += taken;
            }
        }
        catch (Exception error) when (error is ValueRangeException or DecoderFallbackException)
        {
            batch.Bytes.Truncate(bytes);
            throw new ChangeSourceException(ChangeSourceFault.Value, $"Row {count + 1} of the event at {Position} cannot be carried: column '{plan.Schema.Columns[rows.Column].Name}' of {plan.Schema}: {error.Message}.", error);
        }

        return DecodeResult.Done;
    }

    RowPlan? Plan(MappedTable mapped)
    {
        var map = mapped.Map;
        var table = History.Find(map.Database, map.Table);
        if (table is not null && RowPlan.Difference(map, table) is null) return mapped.PlanFor(table);
        if (LoggedDefinition.Read(map) is { } logged)
        {
            History.Set(logged);
            return mapped.PlanFor(logged);
        }

        if (table is not null) return mapped.PlanFor(table); // It says what differs.
        if (NumbersColumns)
        {
            History.Set(LoggedDefinition.Number(map));
            return mapped.PlanFor(History.Find(map.Database, map.Table)!);
        }

        Wanted = (map.Database, map.Table);
        return null;
    }

    int Whole(in RowEvent rowEvent, ReadOnlySpan<byte> stored, ChangeBatch batch, ref int count)
    {
        var plan = rowEvent.Plan;
        if (rowEvent.Kind != ChangeKind.Update)
        {
            int valueStart = batch.Bytes.Position;
            ChangeWriter.BeginChange(batch.Bytes, rowEvent.Kind, plan.Schema.Fingerprint, rowEvent.Sequence, count);
            int rowStart = batch.Bytes.Position;
            int taken = rows.Read(stored, plan, batch.Bytes);
            Add(rowEvent, rowEvent.Kind, batch, valueStart, rowStart);
            count++;
            return taken;
        }

        before.Clear();
        after.Clear();
        int beforeTaken = rows.Read(stored, plan, before);
        KeepBefore(plan.Steps.Length);
        int afterTaken = rows.Read(stored[beforeTaken..], plan, after);
        AddUpdate(rowEvent, batch, ref count);
        return beforeTaken + afterTaken;
    }

    int Partial(in RowEvent rowEvent, ReadOnlySpan<byte> stored, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ChangeBatch batch, ref int count)
    {
        var plan = rowEvent.Plan;
        if (afterNulls.Length < plan.Steps.Length) (beforeNulls, afterNulls) = (new bool[plan.Steps.Length + 64], new bool[plan.Steps.Length + 64]);
        before.Clear();
        int taken = rows.ReadPartial(stored, plan, first, before, default, default, default, default, beforeNulls);
        if (rowEvent.Kind != ChangeKind.Update)
        {
            int valueStart = batch.Bytes.Position;
            ChangeWriter.BeginChange(batch.Bytes, rowEvent.Kind, plan.Schema.Fingerprint, rowEvent.Sequence, count);
            int rowStart = batch.Bytes.Position;
            batch.Bytes.Append(before.Written);
            for (int column = 0; column <= plan.Steps.Length; column++) rows.Starts[column] += rowStart;
            RequireKey(plan, first);
            Add(rowEvent, rowEvent.Kind, batch, valueStart, rowStart);
            count++;
            return taken;
        }

        KeepBefore(plan.Steps.Length);
        after.Clear();
        taken += rows.ReadPartial(stored[taken..], plan, second, after, before.Written, beforeStarts, first, beforeNulls, afterNulls);
        RequireKey(plan, first);
        AddUpdate(rowEvent, batch, ref count);
        return taken;
    }

    /// <summary>A row that is known by all its columns must have them all.</summary>
    static void RequireKey(RowPlan plan, ReadOnlySpan<byte> present)
    {
        foreach (int key in plan.Keys)
            if ((present[key >> 3] & 1 << (key & 7)) == 0)
                throw new EventFormatException($"Key column '{plan.Schema.Columns[key].Name}' of {plan.Schema} is missing from a row's image.");
    }

    void KeepBefore(int columns)
    {
        if (beforeStarts.Length <= columns) beforeStarts = new int[columns + 64];
        rows.Starts.AsSpan(0, columns + 1).CopyTo(beforeStarts);
    }

    void AddUpdate(in RowEvent rowEvent, ChangeBatch batch, ref int count)
    {
        var plan = rowEvent.Plan;
        var bytes = batch.Bytes;
        if (plan.Keys.Length == 0 ? before.Written.SequenceEqual(after.Written) : SameKey(plan))
        {
            int valueStart = bytes.Position;
            ChangeWriter.BeginChange(bytes, ChangeKind.Update, plan.Schema.Fingerprint, rowEvent.Sequence, count++);
            ChangeWriter.AppendUpdateRows(bytes, after.Written, before.Written);
            Add(rowEvent, ChangeKind.Update, batch, valueStart, after.Written, rows.Starts);
            return;
        }

        // Another key is another row to whoever folds by key: the old one goes, the new one comes.
        int start = bytes.Position;
        ChangeWriter.BeginChange(bytes, ChangeKind.Delete, plan.Schema.Fingerprint, rowEvent.Sequence, count++);
        bytes.Append(before.Written);
        Add(rowEvent, ChangeKind.Delete, batch, start, before.Written, beforeStarts);
        start = bytes.Position;
        ChangeWriter.BeginChange(bytes, ChangeKind.Insert, plan.Schema.Fingerprint, rowEvent.Sequence, count++);
        bytes.Append(after.Written);
        Add(rowEvent, ChangeKind.Insert, batch, start, after.Written, rows.Starts);
    }

    bool SameKey(RowPlan plan)
    {
        var starts = rows.Starts;
        foreach (int key in plan.Keys)
            if (!before.Written[beforeStarts[key]..beforeStarts[key + 1]].SequenceEqual(after.Written[starts[key]..starts[key + 1]]))
                return false;
        return true;
    }

    /// <summary>Adds a row that stands in the batch's bytes, its columns where the decoder says.</summary>
    void Add(in RowEvent rowEvent, ChangeKind kind, ChangeBatch batch, int valueStart, int rowStart)
    {
        var bytes = batch.Bytes;
        int keyStart = bytes.Position;
        var keys = rowEvent.Plan.Keys;
        if (keys.Length == 0)
        {
            batch.Add(new ChangeEntry(kind, rowEvent.Schema, rowEvent.TimestampMilliseconds, rowEvent.Sequence, rowStart, keyStart - rowStart, valueStart, keyStart - valueStart));
            return;
        }

        var starts = rows.Starts;
        bytes.BeginRow(keys.Length);
        foreach (int key in keys) bytes.WriteEncoded(bytes.Written[starts[key]..starts[key + 1]]);
        bytes.EndRow();
        batch.Add(new ChangeEntry(kind, rowEvent.Schema, rowEvent.TimestampMilliseconds, rowEvent.Sequence, keyStart, bytes.Position - keyStart, valueStart, keyStart - valueStart));
    }

    /// <summary>Adds a row that stands elsewhere too.</summary>
    static void Add(in RowEvent rowEvent, ChangeKind kind, ChangeBatch batch, int valueStart, ReadOnlySpan<byte> row, int[] starts)
    {
        var bytes = batch.Bytes;
        int keyStart = bytes.Position;
        var keys = rowEvent.Plan.Keys;
        if (keys.Length == 0)
        {
            bytes.Append(row);
        }
        else
        {
            bytes.BeginRow(keys.Length);
            foreach (int key in keys) bytes.WriteEncoded(row[starts[key]..starts[key + 1]]);
            bytes.EndRow();
        }

        batch.Add(new ChangeEntry(kind, rowEvent.Schema, rowEvent.TimestampMilliseconds, rowEvent.Sequence, keyStart, bytes.Position - keyStart, valueStart, keyStart - valueStart));
    }

    static bool AllSet(ReadOnlySpan<byte> bits, int count)
    {
        for (int column = 0; column < count; column++)
            if ((bits[column >> 3] & 1 << (column & 7)) == 0)
                return false;
        return true;
    }

    static (ChangeKind Kind, bool IsSecond, bool IsCompressed) Shape(EventType type) => type switch
    {
        EventType.WriteRowsV1 => (ChangeKind.Insert, false, false),
        EventType.UpdateRowsV1 => (ChangeKind.Update, false, false),
        EventType.DeleteRowsV1 => (ChangeKind.Delete, false, false),
        EventType.WriteRows => (ChangeKind.Insert, true, false),
        EventType.UpdateRows => (ChangeKind.Update, true, false),
        EventType.DeleteRows => (ChangeKind.Delete, true, false),
        EventType.MariaWriteRowsCompressedV1 => (ChangeKind.Insert, false, true),
        EventType.MariaUpdateRowsCompressedV1 => (ChangeKind.Update, false, true),
        EventType.MariaDeleteRowsCompressedV1 => (ChangeKind.Delete, false, true),
        EventType.MariaWriteRowsCompressed => (ChangeKind.Insert, true, true),
        EventType.MariaUpdateRowsCompressed => (ChangeKind.Update, true, true),
        _ => (ChangeKind.Delete, true, true),
    };

    readonly record struct RowEvent(ChangeKind Kind, RowPlan Plan, long Sequence, long TimestampMilliseconds, int Schema);
}
