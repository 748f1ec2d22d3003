using System.Collections.Immutable;
using Orrery.Connectors.Rows;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Grains.Sql.Sinks;

/// <summary>SQL's types and values as connectors have them.</summary>
static class SinkTypes
{
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

    public static object?[] Values(object?[] values, RowSchema schema) => [.. values.Select((value, place) => Value(value, schema[place].Type))];

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

    static object? Value(object? value, SqlType type) => (type.Kind, value) switch
    {
        (_, null) => null,
        (SqlTypeKind.TinyInt, long number) => (sbyte)number,
        (SqlTypeKind.SmallInt, long number) => (short)number,
        (SqlTypeKind.Integer, long number) => (int)number,
        (SqlTypeKind.BigInt, long number) => number,
        (SqlTypeKind.Decimal, Int128 number) => new ExactDecimal(number, type.Scale),
        (SqlTypeKind.Float, double number) => (float)number,
        (SqlTypeKind.Binary, ImmutableArray<byte> bytes) => bytes.ToArray(),
        (SqlTypeKind.Date, long days) => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays((int)days),
        (SqlTypeKind.Time, long microseconds) => TimeSpan.FromTicks(microseconds * TimeSpan.TicksPerMicrosecond),
        (SqlTypeKind.Timestamp, long microseconds) => DateTime.SpecifyKind(DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond), DateTimeKind.Unspecified),
        (SqlTypeKind.TimestampLtz, long microseconds) => new DateTimeOffset(DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero),
        (SqlTypeKind.Boolean or SqlTypeKind.Double or SqlTypeKind.String, _) => value,
        _ => Orrery.Sql.Rows.RowValues.Text(value, type),
    };
}
