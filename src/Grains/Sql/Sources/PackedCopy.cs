using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.Rows;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;
using SourceReader = Orrery.Connectors.Rows.RowReader;

namespace Orrery.Grains.Sql.Sources;

/// <summary>
/// Takes changes of one schema into a table without values in between: the bytes of each column go from the compact row into the packed one. Only where every column that the table has is of the same type in both;
/// else <see cref="ChangeDecoder"/> goes by way of values. Both ways give the same rows.
/// </summary>
sealed class PackedCopy
{
    readonly TableSchema schema;
    readonly RowTarget target;
    readonly Step[] steps;
    readonly int[] keyColumns;
    readonly int[] required;

    PackedCopy(TableSchema schema, RowTarget target, Step[] steps)
    {
        this.schema = schema;
        this.target = target;
        this.steps = steps;
        Relation relation = target.Relation;
        keyColumns = [.. Enumerable.Range(0, steps.Length).Where(column => steps[column].Way != Way.None && relation.PrimaryKey.Contains(steps[column].Place))];
        required = [.. Enumerable.Range(0, relation.Schema.Count).Where(place => !relation.Schema[place].Type.IsNullable && !relation.PrimaryKey.Contains(place))];
        IsKeyed = relation.PrimaryKey.Count > 0;
    }

    enum Way : byte
    {
        None,
        Boolean,
        Int8,
        Int16,
        Int32,
        Int64,
        UInt8,
        UInt16,
        UInt32,
        Decimal,
        Float32,
        Float64,
        Bytes,
        Date,
        Timestamp,
    }

    bool IsKeyed { get; }

    /// <summary>Null where rows of the schema cannot be taken so.</summary>
    public static PackedCopy? TryMake(TableSchema schema, RowTarget target)
    {
        if (!target.IsPlain)
            return null;
        var steps = new Step[schema.Columns.Count];
        for (int column = 0; column < steps.Length; column++)
        {
            int place = target.Relation.Schema.IndexOf(schema.Columns[column].Name);
            if (place < 0)
                continue;
            Way way = WayOf(schema.Columns[column].Type, target.Relation.Schema[place].Type);
            if (way == Way.None)
                return null;
            steps[column] = new Step(way, place);
        }

        // A key that the source does not have is for the other way to refuse.
        return target.Relation.PrimaryKey.All(place => steps.Any(step => step.Way != Way.None && step.Place == place)) ? new PackedCopy(schema, target, steps) : null;
    }

    /// <summary>Takes an insert, a read row, an update or a delete.</summary>
    /// <exception cref="SqlValueException">A value does not fit its column, or is missing.</exception>
    public void Apply(in ChangeReader change)
    {
        if (change.Kind == ChangeKind.Delete)
        {
            Remove(change.Before);
            return;
        }

        // The row after is made first: where it cannot be, nothing happens.
        nint after = Row(change.After);
        if (change.Kind == ChangeKind.Update && change.Before.Length > 0 && (!IsKeyed || IsOtherKey(change.Before, change.After)))
            Remove(change.Before);
        target.AddRow(after);
    }

    static Way WayOf(ColumnType from, SqlType to) => (from.Kind, to.Kind) switch
    {
        (ColumnKind.Boolean, SqlTypeKind.Boolean) => Way.Boolean,
        (ColumnKind.Decimal, SqlTypeKind.Decimal) => from.Scale == to.Scale ? Way.Decimal : Way.None,
        (ColumnKind.Float32, SqlTypeKind.Float or SqlTypeKind.Double) => Way.Float32,
        (ColumnKind.Float64, SqlTypeKind.Float or SqlTypeKind.Double) => Way.Float64,
        (ColumnKind.Text or ColumnKind.Json, SqlTypeKind.String) => Way.Bytes,
        (ColumnKind.Binary, SqlTypeKind.Binary) => Way.Bytes,
        (ColumnKind.Date, SqlTypeKind.Date) => Way.Date,
        (ColumnKind.Timestamp, SqlTypeKind.Timestamp) => Way.Timestamp,
        (var kind, _) when to.IsInteger => kind switch
        {
            ColumnKind.Int8 => Way.Int8,
            ColumnKind.Int16 => Way.Int16,
            ColumnKind.Int32 => Way.Int32,
            ColumnKind.Int64 => Way.Int64,
            ColumnKind.UInt8 => Way.UInt8,
            ColumnKind.UInt16 => Way.UInt16,
            ColumnKind.UInt32 => Way.UInt32,
            _ => Way.None,
        },
        _ => Way.None,
    };

    void Remove(ReadOnlySpan<byte> row) => target.RemoveRow(IsKeyed ? KeyRow(row) : Row(row));

    /// <summary>Whether both rows say what the key is and it is not the same.</summary>
    bool IsOtherKey(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        var old = new SourceReader(schema, before);
        var now = new SourceReader(schema, after);
        bool differs = false;
        foreach (int column in keyColumns)
        {
            while (old.Index < column && old.Read())
                now.Read();
            if (old.IsNull || old.IsMissing)
                return false;
            differs |= !old.Value.SequenceEqual(now.Value);
        }

        return differs;
    }

    nint Row(ReadOnlySpan<byte> row)
    {
        RowBuilder builder = target.Builder;
        builder.Begin();
        var reader = new SourceReader(schema, row);
        while (reader.Read())
            if (!reader.IsNull && !reader.IsMissing)
                Set(builder, reader);
        return builder.End();
    }

    /// <summary>A row of which only the key is read: what must not be null gets a value that nobody looks at.</summary>
    nint KeyRow(ReadOnlySpan<byte> row)
    {
        RowBuilder builder = target.Builder;
        builder.Begin();
        var reader = new SourceReader(schema, row);
        while (reader.Read())
            if (!reader.IsNull && !reader.IsMissing && keyColumns.AsSpan().Contains(reader.Index))
                Set(builder, reader);
        foreach (int place in required)
        {
            SqlType type = target.Relation.Schema[place].Type;
            if (type.IsVariable)
                builder.SetBytes(place, new Bytes(0, 0));
            else if (type.Kind == SqlTypeKind.Boolean)
                builder.SetBoolean(place, false);
            else if (type.Kind == SqlTypeKind.Decimal)
                builder.SetInt128(place, 0);
            else if (type.IsApproximate)
                builder.SetDouble(place, 0);
            else
                builder.SetInt64(place, 0);
        }

        return builder.End();
    }

    void Set(RowBuilder builder, in SourceReader reader)
    {
        Step step = steps[reader.Index];
        switch (step.Way)
        {
            case Way.Boolean: builder.SetBoolean(step.Place, reader.GetBoolean()); break;
            case Way.Int8: builder.SetInt64(step.Place, reader.GetInt8()); break;
            case Way.Int16: builder.SetInt64(step.Place, reader.GetInt16()); break;
            case Way.Int32: builder.SetInt64(step.Place, reader.GetInt32()); break;
            case Way.Int64: builder.SetInt64(step.Place, reader.GetInt64()); break;
            case Way.UInt8: builder.SetInt64(step.Place, reader.GetUInt8()); break;
            case Way.UInt16: builder.SetInt64(step.Place, reader.GetUInt16()); break;
            case Way.UInt32: builder.SetInt64(step.Place, reader.GetUInt32()); break;
            case Way.Decimal: builder.SetInt128(step.Place, reader.GetDecimal()); break;
            case Way.Float32: builder.SetDouble(step.Place, reader.GetFloat32()); break;
            case Way.Float64: builder.SetDouble(step.Place, reader.GetFloat64()); break;
            case Way.Bytes: builder.SetBytes(step.Place, reader.Value); break;
            case Way.Date: builder.SetInt64(step.Place, Whole(reader.GetDate(), reader)); break;
            case Way.Timestamp: builder.SetInt64(step.Place, Microseconds(Whole(reader.GetTimestamp(), reader))); break;
        }
    }

    static long Microseconds(long ticks) => (ticks - ((ticks % TimeSpan.TicksPerMicrosecond + TimeSpan.TicksPerMicrosecond) % TimeSpan.TicksPerMicrosecond)) / TimeSpan.TicksPerMicrosecond;

    static long Whole(long value, in SourceReader reader) =>
        !ZeroDates.IsZero(value) ? value : throw new SqlValueException($"Column '{reader.Column.Name}' holds a date with zero parts, which {reader.Column.Type} of a view cannot be.");

    static long Whole(int days, in SourceReader reader) =>
        !ZeroDates.IsZero(days) ? days : throw new SqlValueException($"Column '{reader.Column.Name}' holds a date with zero parts, which {reader.Column.Type} of a view cannot be.");

    readonly record struct Step(Way Way, int Place);
}
