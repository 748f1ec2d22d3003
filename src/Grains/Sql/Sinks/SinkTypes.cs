using System.Collections.Immutable;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;
using RowWriter = Orrery.Connectors.Rows.RowWriter;

namespace Orrery.Grains.Sql.Sinks;

/// <summary>SQL's types and values as connectors have them.</summary>
static class SinkTypes
{
    static readonly int EpochDays = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <summary>The sink without its computed columns, which are not written: its columns are those of an insert's rows, in their order.</summary>
    public static Relation Written(Relation relation)
    {
        int[] stored = [.. Enumerable.Range(0, relation.Schema.Count).Where(place => !relation.Computed.ContainsKey(place))];
        return stored.Length == relation.Schema.Count
            ? relation
            : new Relation(relation.Name, relation.Kind, new RowSchema(stored.Select(place => relation.Schema[place])), [.. relation.PrimaryKey.Select(place => Array.IndexOf(stored, place))], relation.Options);
    }

    public static TableSchema Schema(Relation written, string database, string table) =>
        new(database, table, [.. written.Schema.Columns.Select(static column => new Column(column.Name, TypeOf(column.Type), "", column.Type.IsNullable))], [.. written.PrimaryKey]);

    /// <summary>Adds a row of values in their managed form to a batch of the sink's <see cref="Schema"/>.</summary>
    public static void Add(RowBatch batch, object?[] values, RowSchema schema)
    {
        RowWriter writer = batch.Writer;
        writer.BeginRow(values.Length);
        for (int place = 0; place < values.Length; place++)
            Write(writer, values[place], schema[place].Type);
        writer.EndRow();
        batch.Add();
    }

    static ColumnType TypeOf(SqlType type) => type.Kind switch
    {
        SqlTypeKind.Boolean => new ColumnType(ColumnKind.Boolean),
        SqlTypeKind.TinyInt => new ColumnType(ColumnKind.Int8),
        SqlTypeKind.SmallInt => new ColumnType(ColumnKind.Int16),
        SqlTypeKind.Integer => new ColumnType(ColumnKind.Int32),
        SqlTypeKind.BigInt => new ColumnType(ColumnKind.Int64),
        SqlTypeKind.Decimal => new ColumnType(ColumnKind.Decimal, type.Precision, type.Scale),
        SqlTypeKind.Float => new ColumnType(ColumnKind.Float32),
        SqlTypeKind.Double => new ColumnType(ColumnKind.Float64),
        SqlTypeKind.Binary => new ColumnType(ColumnKind.Binary),
        SqlTypeKind.Date => new ColumnType(ColumnKind.Date),
        SqlTypeKind.Time => new ColumnType(ColumnKind.Time, 6),
        SqlTypeKind.Timestamp => new ColumnType(ColumnKind.Timestamp, 6),
        SqlTypeKind.TimestampLtz => new ColumnType(ColumnKind.TimestampWithZone, 6),
        _ => new ColumnType(ColumnKind.Text),
    };

    /// <summary>A value in its managed form, as a connector's column of <see cref="TypeOf"/> has it.</summary>
    static void Write(RowWriter writer, object? value, SqlType type)
    {
        switch (type.Kind, value)
        {
            case (_, null): writer.WriteNull(); break;
            case (SqlTypeKind.String, string text): writer.WriteText(text); break;
            case (SqlTypeKind.BigInt, long number): writer.WriteInt64(number); break;
            case (SqlTypeKind.Integer, long number): writer.WriteInt32((int)number); break;
            case (SqlTypeKind.SmallInt, long number): writer.WriteInt16((short)number); break;
            case (SqlTypeKind.TinyInt, long number): writer.WriteInt8((sbyte)number); break;
            case (SqlTypeKind.Decimal, Int128 number): writer.WriteDecimal(number); break;
            case (SqlTypeKind.Boolean, bool truth): writer.WriteBoolean(truth); break;
            case (SqlTypeKind.Double, double number): writer.WriteFloat64(number); break;
            case (SqlTypeKind.Float, double number): writer.WriteFloat32((float)number); break;
            case (SqlTypeKind.Binary, ImmutableArray<byte> bytes): writer.WriteBytes(bytes.AsSpan()); break;
            case (SqlTypeKind.Date, long days): writer.WriteDate(DateOnly.FromDayNumber((int)days + EpochDays).DayNumber - EpochDays); break;
            case (SqlTypeKind.Time, long microseconds): writer.WriteTime(microseconds * TimeSpan.TicksPerMicrosecond); break;
            case (SqlTypeKind.Timestamp, long microseconds): writer.WriteTimestamp(Ticks(microseconds)); break;
            case (SqlTypeKind.TimestampLtz, long microseconds): writer.WriteTimestampWithZone(Ticks(microseconds), 0); break;
            default: writer.WriteText(Orrery.Sql.Rows.RowValues.Text(value, type)); break;
        }
    }

    /// <summary>Ticks since 1970; what no calendar of .NET has is refused.</summary>
    static long Ticks(long microseconds) => (DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond) - DateTime.UnixEpoch).Ticks;
}
