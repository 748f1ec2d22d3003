using System.Data;
using System.Data.SqlTypes;
using System.Globalization;
using System.Text;
using Microsoft.Data.SqlClient;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.SqlServer;

/// <summary>A connection to SQL Server; rows are written by SqlBulkCopy. Not verified against a live server here.</summary>
sealed class SqlServerDatabase : SqlDatabase
{
    /// <summary>Rows of one bulk copy.</summary>
    const int CopyRowsLimit = 10_000;

    readonly SqlServerDialect dialect;
    readonly SqlConnection connection;

    public SqlServerDatabase(SqlServerDialect dialect, string connectionString, TimeSpan connectTimeout)
        : this(dialect, Connect(connectionString, connectTimeout, null))
    {
    }

    /// <summary>A connection that waits for locks no longer than a bound.</summary>
    public SqlServerDatabase(SqlServerDialect dialect, string connectionString, TimeSpan connectTimeout, TimeSpan lockPatience)
        : this(dialect, Connect(connectionString, connectTimeout, lockPatience))
    {
    }

    SqlServerDatabase(SqlServerDialect dialect, SqlConnection connection)
        : base(dialect, connection) => (this.dialect, this.connection) = (dialect, connection);

    public override IReadOnlyList<TableName> ListTables() => Query(
        "SELECT s.name, t.name FROM sys.tables t JOIN sys.schemas s ON s.schema_id = t.schema_id WHERE t.is_ms_shipped = 0 ORDER BY 1, 2", reader => new TableName(reader.GetString(0), reader.GetString(1)));

    public override TableDefinition ReadTable(TableName table)
    {
        string id = $"OBJECT_ID({SqlServerDialect.Text(dialect.Quote(table))})";
        var columns = Query(
            $"""
            SELECT c.name, b.name, c.max_length, c.precision, c.scale, c.is_nullable, c.is_identity, c.is_computed, d.definition, CONVERT(nvarchar(max), p.value)
            FROM sys.columns c JOIN sys.types b ON b.user_type_id = c.system_type_id LEFT JOIN sys.default_constraints d ON d.object_id = c.default_object_id
            LEFT JOIN sys.extended_properties p ON p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = N'MS_Description'
            WHERE c.object_id = {id} ORDER BY c.column_id
            """, reader =>
            {
                string native = NativeText(reader.GetString(1), reader.GetInt16(2), reader.GetByte(3), reader.GetByte(4));
                return new ColumnDefinition(reader.GetString(0), SqlServerTypes.TypeOf(native), native, reader.GetBoolean(5))
                {
                    IsIdentity = reader.GetBoolean(6),
                    IsGenerated = reader.GetBoolean(7) || native == "timestamp",
                    Default = DefaultOf(TextOf(reader, 8)),
                    Comment = TextOf(reader, 9),
                };
            });
        if (columns.Count == 0) throw new ArgumentException($"There is no table {table} in this SQL Server database, or this user cannot see it.", nameof(table));
        var indexes = Query(
            $"SELECT i.name, i.is_unique, i.is_primary_key, c.name FROM sys.indexes i JOIN sys.index_columns k ON k.object_id = i.object_id AND k.index_id = i.index_id JOIN sys.columns c ON c.object_id = k.object_id AND c.column_id = k.column_id WHERE i.object_id = {id} AND i.name IS NOT NULL AND i.has_filter = 0 AND k.is_included_column = 0 ORDER BY i.name, k.key_ordinal",
            reader => (Name: reader.GetString(0), IsUnique: reader.GetBoolean(1), IsKey: reader.GetBoolean(2), Column: reader.GetString(3)));
        return new TableDefinition(table, columns)
        {
            Key = [.. indexes.Where(row => row.IsKey).Select(row => row.Column)],
            Indexes = [.. indexes.Where(row => !row.IsKey).GroupBy(row => row.Name).Select(group => new IndexDefinition(group.Key, [.. group.Select(row => row.Column)], group.First().IsUnique))],
            Comment = Query($"SELECT CONVERT(nvarchar(max), value) FROM sys.extended_properties WHERE class = 1 AND major_id = {id} AND minor_id = 0 AND name = N'MS_Description'", reader => TextOf(reader, 0)).FirstOrDefault(),
            RowsEstimate = Query($"SELECT ISNULL(SUM(rows), 0) FROM sys.partitions WHERE object_id = {id} AND index_id IN (0, 1)", reader => reader.GetInt64(0))[0],
        };
    }

    protected override IEnumerable<RowBatch> Stream(string select, IReadOnlyList<ColumnDefinition> columns, TableSchema schema, ReadOptions options, CancellationToken cancellationToken)
    {
        using var command = (SqlCommand)Command(select);
        using SqlDataReader reader = command.ExecuteReader(CommandBehavior.SequentialAccess);
        bool ended = false;
        try
        {
            foreach (RowBatch batch in Batches(schema, options, batch => ReadRow(reader, batch, columns), cancellationToken)) yield return batch;
            ended = true;
        }
        finally
        {
            if (!ended) command.Cancel();
        }
    }

    protected override long Load(string target, TableDefinition table, RowCast cast, bool isStage, IEnumerable<RowBatch> batches, CancellationToken cancellationToken)
    {
        using var rows = new DataTable { Locale = CultureInfo.InvariantCulture };
        foreach (ColumnDefinition column in cast.Columns) rows.Columns.Add(column.Name, ObjectType(column.Type.Kind));
        long total = 0;
        foreach (RowBatch batch in batches)
        {
            for (int row = 0; row < batch.Count; row++)
            {
                RowReader reader = batch.Read(row);
                var values = new object[cast.Columns.Count];
                while (reader.Read()) values[reader.Index] = ValueOf(in reader);
                rows.Rows.Add(values);
                if (rows.Rows.Count < CopyRowsLimit) continue;
                total += Copy(target, rows);
            }
        }

        return total + Copy(target, rows);
    }

    protected override string MakeStage(TableDefinition table, IReadOnlyList<ColumnDefinition> columns)
    {
        string shape = $"{table.Name}\n{string.Join('\n', columns.Select(column => $"{column.Name} {column.NativeType}"))}";
        string name = dialect.Quote($"#orrery_stage_{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(shape)).AsSpan(0, 8))}");
        string select = $"SELECT {dialect.Names(columns.Select(column => column.Name))}";
        // Of two selections, so that the numbering of identity columns is not copied; collations are.
        Change($"IF OBJECT_ID({SqlServerDialect.Text("tempdb.." + name)}) IS NULL {select} INTO {name} FROM {dialect.Quote(table.Name)} WHERE 1 = 0 UNION ALL {select} FROM {dialect.Quote(table.Name)} WHERE 1 = 0");
        return name;
    }

    long Copy(string target, DataTable rows)
    {
        if (rows.Rows.Count == 0) return 0;
        using var copy = new SqlBulkCopy(connection, SqlBulkCopyOptions.KeepIdentity | SqlBulkCopyOptions.KeepNulls | SqlBulkCopyOptions.CheckConstraints | SqlBulkCopyOptions.FireTriggers, (SqlTransaction?)Transaction)
        {
            DestinationTableName = target,
            BulkCopyTimeout = 0,
        };
        foreach (DataColumn column in rows.Columns) copy.ColumnMappings.Add(column.ColumnName, column.ColumnName);
        copy.WriteToServer(rows);
        int count = rows.Rows.Count;
        rows.Clear();
        return count;
    }

    static bool ReadRow(SqlDataReader reader, RowBatch batch, IReadOnlyList<ColumnDefinition> columns)
    {
        if (!reader.Read()) return false;
        RowWriter writer = batch.Writer;
        writer.BeginRow(columns.Count);
        for (int index = 0; index < columns.Count; index++) ReadValue(reader, writer, index, columns[index]);
        writer.EndRow();
        return true;
    }

    /// <summary>Writes the value that a reader has at an index.</summary>
    internal static void ReadValue(SqlDataReader reader, RowWriter writer, int index, ColumnDefinition column)
    {
        if (reader.IsDBNull(index)) writer.WriteNull();
        else WriteValue(reader, writer, index, column);
    }

    static void WriteValue(SqlDataReader reader, RowWriter writer, int index, ColumnDefinition column)
    {
        switch (column.Type.Kind)
        {
            case ColumnKind.Boolean: writer.WriteBoolean(reader.GetBoolean(index)); break;
            case ColumnKind.UInt8: writer.WriteUInt8(reader.GetByte(index)); break;
            case ColumnKind.Int16: writer.WriteInt16(reader.GetInt16(index)); break;
            case ColumnKind.Int32: writer.WriteInt32(reader.GetInt32(index)); break;
            case ColumnKind.Int64: writer.WriteInt64(reader.GetInt64(index)); break;
            case ColumnKind.Decimal: writer.WriteDecimal(Unscaled(column.NativeType.EndsWith("money", StringComparison.OrdinalIgnoreCase) ? reader.GetSqlMoney(index).ToSqlDecimal() : reader.GetSqlDecimal(index), column.Type.Scale)); break;
            case ColumnKind.Float32: writer.WriteFloat32(reader.GetFloat(index)); break;
            case ColumnKind.Float64: writer.WriteFloat64(reader.GetDouble(index)); break;
            case ColumnKind.Text or ColumnKind.Json: writer.WriteText(reader.GetString(index)); break;
            case ColumnKind.Binary: writer.WriteBytes(reader.GetFieldValue<byte[]>(index)); break;
            case ColumnKind.Date: writer.WriteDate((int)((reader.GetDateTime(index).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerDay)); break;
            case ColumnKind.Time: writer.WriteTime(reader.GetTimeSpan(index).Ticks); break;
            case ColumnKind.Timestamp: writer.WriteTimestamp(reader.GetDateTime(index).Ticks - DateTime.UnixEpoch.Ticks); break;
            case ColumnKind.TimestampWithZone:
                DateTimeOffset instant = reader.GetDateTimeOffset(index);
                writer.WriteTimestampWithZone(instant.UtcTicks - DateTime.UnixEpoch.Ticks, (short)instant.Offset.TotalMinutes);
                break;
            default: writer.WriteUuid(reader.GetGuid(index)); break;
        }
    }

    /// <summary>Four words, low one first, and a sign.</summary>
    internal static Int128 Unscaled(SqlDecimal value, int scale)
    {
        int[] words = value.Data;
        var magnitude = new UInt128((ulong)(uint)words[3] << 32 | (uint)words[2], (ulong)(uint)words[1] << 32 | (uint)words[0]);
        Int128 unscaled = value.IsPositive ? (Int128)magnitude : -(Int128)magnitude;
        return unscaled * ExactDecimal.PowerOfTen(scale - value.Scale);
    }

    internal static SqlDecimal Scaled(Int128 unscaled, int scale)
    {
        bool positive = !Int128.IsNegative(unscaled);
        UInt128 magnitude = (UInt128)(positive ? unscaled : -unscaled);
        return new SqlDecimal(ColumnType.DecimalDigitsMax, (byte)scale, positive, unchecked((int)(uint)magnitude), unchecked((int)(uint)(magnitude >> 32)), unchecked((int)(uint)(magnitude >> 64)), unchecked((int)(uint)(magnitude >> 96)));
    }

    static object ValueOf(in RowReader reader)
    {
        if (reader.IsNull) return DBNull.Value;
        return reader.Kind switch
        {
            ColumnKind.Decimal => Scaled(reader.GetDecimal(), reader.Column.Type.Scale),
            ColumnKind.Date => DateTime.UnixEpoch.AddDays(reader.GetDate()),
            _ => RowValues.Get(reader)!,
        };
    }

    static Type ObjectType(ColumnKind kind) => kind switch
    {
        ColumnKind.Boolean => typeof(bool),
        ColumnKind.UInt8 => typeof(byte),
        ColumnKind.Int16 => typeof(short),
        ColumnKind.Int32 => typeof(int),
        ColumnKind.Int64 => typeof(long),
        ColumnKind.Decimal => typeof(SqlDecimal),
        ColumnKind.Float32 => typeof(float),
        ColumnKind.Float64 => typeof(double),
        ColumnKind.Binary => typeof(byte[]),
        ColumnKind.Date or ColumnKind.Timestamp => typeof(DateTime),
        ColumnKind.Time => typeof(TimeSpan),
        ColumnKind.TimestampWithZone => typeof(DateTimeOffset),
        ColumnKind.Uuid => typeof(Guid),
        _ => typeof(string),
    };

    static string NativeText(string name, short bytes, byte precision, byte scale) => name switch
    {
        "decimal" or "numeric" => string.Create(CultureInfo.InvariantCulture, $"{name}({precision},{scale})"),
        "time" or "datetime2" or "datetimeoffset" => string.Create(CultureInfo.InvariantCulture, $"{name}({scale})"),
        "char" or "varchar" or "binary" or "varbinary" => bytes < 0 ? $"{name}(max)" : string.Create(CultureInfo.InvariantCulture, $"{name}({bytes})"),
        "nchar" or "nvarchar" => bytes < 0 ? $"{name}(max)" : string.Create(CultureInfo.InvariantCulture, $"{name}({bytes / 2})"),
        _ => name,
    };

    /// <summary>Defaults come in parentheses.</summary>
    static string? DefaultOf(string? text)
    {
        while (text is ['(', .., ')'] && Depth(text)) text = text[1..^1];
        return text is ['N', '\'', ..] ? text[1..] : text;
    }

    /// <summary>Whether the first parenthesis is closed by the last one.</summary>
    static bool Depth(string text)
    {
        int depth = 0;
        for (int at = 0; at < text.Length - 1; at++)
        {
            depth += text[at] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0) return false;
        }

        return true;
    }

    static SqlConnection Connect(string connectionString, TimeSpan connectTimeout, TimeSpan? lockPatience)
    {
        SqlConnectionStringBuilder builder = ConnectionText.Read("SQL Server", connectionString, text => new SqlConnectionStringBuilder(text));
        builder.Pooling = false;
        builder.ConnectTimeout = Math.Max(1, (int)Math.Ceiling(connectTimeout.TotalSeconds));
        builder.ApplicationName = "orrery";
        SqlServerProvider.CheckCultures();
        var connection = new SqlConnection(builder.ConnectionString);
        try
        {
            connection.Open();
            using SqlCommand command = connection.CreateCommand();
            command.CommandText = "SET XACT_ABORT ON; SET ANSI_WARNINGS ON; SET NUMERIC_ROUNDABORT OFF";
            if (lockPatience is { } patience) command.CommandText += string.Create(CultureInfo.InvariantCulture, $"; SET LOCK_TIMEOUT {(long)patience.TotalMilliseconds}");
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
