using System.Data.Common;
using System.Globalization;
using MySql.Data.MySqlClient;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Jobs.DataX;

/// <summary>Rows of any query. Types are those of the driver; decimals come as texts of their digits, for a query does not say how many there are.</summary>
static class QueryRows
{
    public static IEnumerable<RowBatch> Read(IDatabase database, string query, string name, CancellationToken cancellationToken)
    {
        using DbCommand command = database.Command(query);
        using DbDataReader reader = command.ExecuteReader();
        var columns = new Column[reader.FieldCount];
        for (int index = 0; index < columns.Length; index++) columns[index] = new Column($"{index + 1}:{reader.GetName(index)}", reader.GetDataTypeName(index).Equals("date", StringComparison.OrdinalIgnoreCase) && reader.GetFieldType(index) == typeof(DateTime) ? new ColumnType(ColumnKind.Date) : TypeOf(reader.GetFieldType(index)), reader.GetDataTypeName(index), true);
        var batch = new RowBatch(new TableSchema(database.Name, name, columns, []));
        while (reader.Read())
        {
            batch.Writer.BeginRow(columns.Length);
            for (int index = 0; index < columns.Length; index++) RowValues.Write(batch.Writer, columns[index], Value(reader, index, columns[index].Type.Kind));
            batch.Writer.EndRow();
            batch.Add();
            if (batch.Count < ReadOptions.Default.BatchRowsLimit && batch.Bytes < ReadOptions.Default.BatchBytesLimit) continue;
            yield return batch;
            cancellationToken.ThrowIfCancellationRequested();
            batch.RowsBefore += batch.Count;
            batch.Clear();
        }

        if (batch.Count > 0) yield return batch;
    }

    /// <summary>How many columns a query has.</summary>
    public static int Columns(IDatabase database, string query)
    {
        using DbCommand command = database.Command(query);
        using DbDataReader reader = command.ExecuteReader(System.Data.CommandBehavior.SchemaOnly);
        return reader.FieldCount;
    }

    static object? Value(DbDataReader reader, int index, ColumnKind kind)
    {
        if (reader.IsDBNull(index)) return null;
        if (kind is ColumnKind.Timestamp or ColumnKind.Date && reader is MySqlDataReader mysql)
        {
            // Dates with zero parts are null to DataX.
            var date = mysql.GetMySqlDateTime(index);
            if (!date.IsValidDateTime) return null;
            return kind == ColumnKind.Date ? DateOnly.FromDateTime(date.Value) : DateTime.SpecifyKind(date.Value, DateTimeKind.Unspecified);
        }

        return reader.GetValue(index) switch
        {
            DateTime time when kind == ColumnKind.TimestampWithZone => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
            DateTime time when kind == ColumnKind.Date => DateOnly.FromDateTime(time),
            DateTime time => DateTime.SpecifyKind(time, DateTimeKind.Unspecified),
            var value when kind == ColumnKind.Text && value is not string => value is IFormattable plain ? plain.ToString(null, CultureInfo.InvariantCulture) : Convert.ToString(value, CultureInfo.InvariantCulture),
            // SQLite gives each value its own type.
            var value when kind == ColumnKind.Int64 && value is not long => Convert.ToInt64(value, CultureInfo.InvariantCulture),
            var value => value,
        };
    }

    static ColumnType TypeOf(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => new ColumnType(ColumnKind.Boolean),
        TypeCode.SByte => new ColumnType(ColumnKind.Int8),
        TypeCode.Int16 => new ColumnType(ColumnKind.Int16),
        TypeCode.Int32 => new ColumnType(ColumnKind.Int32),
        TypeCode.Int64 => new ColumnType(ColumnKind.Int64),
        TypeCode.Byte => new ColumnType(ColumnKind.UInt8),
        TypeCode.UInt16 => new ColumnType(ColumnKind.UInt16),
        TypeCode.UInt32 => new ColumnType(ColumnKind.UInt32),
        TypeCode.UInt64 => new ColumnType(ColumnKind.UInt64),
        TypeCode.Single => new ColumnType(ColumnKind.Float32),
        TypeCode.Double => new ColumnType(ColumnKind.Float64),
        TypeCode.DateTime => new ColumnType(ColumnKind.Timestamp, 7),
        _ when type == typeof(byte[]) => new ColumnType(ColumnKind.Binary),
        _ when type == typeof(Guid) => new ColumnType(ColumnKind.Uuid),
        _ when type == typeof(TimeSpan) => new ColumnType(ColumnKind.Time, 7),
        _ when type == typeof(DateTimeOffset) => new ColumnType(ColumnKind.TimestampWithZone, 7),
        _ when type == typeof(DateOnly) => new ColumnType(ColumnKind.Date),
        _ => new ColumnType(ColumnKind.Text),
    };
}
