using System.Data;
using System.Data.Common;
using System.Globalization;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Jobs.Integration;

/// <summary>Rows of a table or of a query of the source's own, with types by which expressions can be compiled.</summary>
sealed class SourceReader(IDatabase database, MappedSource source)
{
    /// <summary>Digits behind the point of a decimal whose column does not say.</summary>
    const int OpenScale = 10;

    RowColumn[]? columns;

    /// <summary>The columns, from an answer without rows.</summary>
    /// <exception cref="DbException">The source refuses the query.</exception>
    public IReadOnlyList<RowColumn> Columns
    {
        get
        {
            if (columns is not null) return columns;
            // SQLite gives types to values: a first row tells what an expression answers.
            using DbCommand command = database.Command(IsSqlite ? $"{Text} LIMIT 1" : $"{Text} WHERE 1 = 0");
            using DbDataReader reader = command.ExecuteReader(CommandBehavior.SingleResult);
            bool hasRow = reader.Read();
            return columns = Describe(reader, hasRow);
        }
    }

    public int IndexOf(string name) => Columns.ToList().FindIndex(column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Rows; all where there is no condition.</summary>
    /// <param name="condition">Over columns, with parameters <c>@p0</c> and on; null: none.</param>
    /// <param name="parameters">Their values.</param>
    public IEnumerable<object?[]> Read(string? condition, IReadOnlyList<object> parameters)
    {
        int count = Columns.Count;
        using DbCommand command = database.Command(condition is null ? Text : $"{Text} WHERE {condition}");
        for (int index = 0; index < parameters.Count; index++)
        {
            DbParameter parameter = command.CreateParameter();
            parameter.ParameterName = string.Create(CultureInfo.InvariantCulture, $"@p{index}");
            parameter.Value = parameters[index];
            command.Parameters.Add(parameter);
        }

        using DbDataReader reader = command.ExecuteReader(CommandBehavior.SingleResult);
        while (reader.Read())
        {
            var values = new object?[count];
            for (int index = 0; index < count; index++) values[index] = reader.IsDBNull(index) ? null : Value(reader.GetValue(index), Columns[index].Type.Kind);
            yield return values;
        }
    }

    public string Quote(int column) => $"orrery_q.{database.Dialect.Quote(Columns[column].Name)}";

    bool IsSqlite => database.Dialect.Engines[0] == "sqlite";

    string Text => source.Query is { } query
        ? $"SELECT * FROM ({query.Trim().TrimEnd(';')}) orrery_q"
        : $"SELECT * FROM {string.Join('.', source.Table!.Split('.').Select(database.Dialect.Quote))} orrery_q";

    RowColumn[] Describe(DbDataReader reader, bool hasRow)
    {
        DataTable? schema = database.Dialect.Engines[0] is "mysql" or "sqlserver" ? reader.GetSchemaTable() : null;
        var result = new RowColumn[reader.FieldCount];
        for (int index = 0; index < result.Length; index++) result[index] = new RowColumn(reader.GetName(index), TypeOf(reader, index, schema?.Rows[index], hasRow));
        if (result.GroupBy(column => column.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"{source.Place}: the source answers two columns named '{twice.Key}': give one of them another name.");
        return result;
    }

    SqlType TypeOf(DbDataReader reader, int index, DataRow? schema, bool hasRow)
    {
        string native = reader.GetDataTypeName(index);
        if (IsSqlite && native is "INTEGER" or "REAL" or "TEXT" or "BLOB")
            return (hasRow && !reader.IsDBNull(index) ? reader.GetValue(index) : native) switch { long or "INTEGER" => SqlType.BigInt, double or "REAL" => SqlType.Double, byte[] => SqlType.Binary, _ => SqlType.String };
        if (schema is null)
        {
            try
            {
                return Of(database.Dialect.TypeOf(native));
            }
            catch (NativeTypeException)
            {
                // A type of the database's own travels as the driver gives it.
            }
        }

        Type type = reader.GetFieldType(index);
        if (type == typeof(decimal) || type == typeof(ulong))
        {
            int scale = schema is not null && schema["NumericScale"] is not DBNull and { } said ? Convert.ToInt32(said, CultureInfo.InvariantCulture) : OpenScale;
            return SqlType.Decimal(SqlType.PrecisionMax, type == typeof(ulong) ? 0 : Math.Clamp(scale, 0, SqlType.PrecisionMax));
        }

        if (type == typeof(bool)) return SqlType.Boolean;
        if (type == typeof(float) || type == typeof(double)) return SqlType.Double;
        if (type == typeof(byte[])) return SqlType.Binary;
        if (type == typeof(DateTimeOffset)) return SqlType.TimestampLtz;
        if (type == typeof(DateOnly) || native.Equals("date", StringComparison.OrdinalIgnoreCase)) return SqlType.Date;
        if (type == typeof(TimeSpan) || type == typeof(TimeOnly)) return SqlType.Time;
        if (type == typeof(DateTime) || type.Name == "MySqlDateTime") return SqlType.Timestamp;
        return type.IsPrimitive && type != typeof(char) ? SqlType.BigInt : SqlType.String;
    }

    static SqlType Of(ColumnType type) => type.Kind switch
    {
        ColumnKind.Boolean => SqlType.Boolean,
        ColumnKind.UInt64 => SqlType.Decimal(20, 0),
        <= ColumnKind.UInt32 => SqlType.BigInt,
        ColumnKind.Decimal => SqlType.Decimal(SqlType.PrecisionMax, type.Precision == 0 ? OpenScale : type.Scale),
        ColumnKind.Float32 or ColumnKind.Float64 => SqlType.Double,
        ColumnKind.Binary => SqlType.Binary,
        ColumnKind.Date => SqlType.Date,
        ColumnKind.Time => SqlType.Time,
        ColumnKind.Timestamp => SqlType.Timestamp,
        ColumnKind.TimestampWithZone => SqlType.TimestampLtz,
        _ => SqlType.String,
    };

    static object Value(object value, SqlTypeKind kind) => value switch
    {
        ulong number => (decimal)number,
        long number when kind == SqlTypeKind.Boolean => number != 0,
        _ when value.GetType().Name == "MySqlDateTime" => Convert.ToDateTime(value, CultureInfo.InvariantCulture),
        not string when kind == SqlTypeKind.String => ValueForm.Of(value)!,
        _ => value,
    };
}
