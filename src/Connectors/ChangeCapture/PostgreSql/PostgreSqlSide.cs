using System.Globalization;
using System.Text;
using Npgsql;
using Orrery.Connectors.PostgreSql;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.PostgreSql;

/// <summary>The connection beside the stream: settings, slot and publication, the catalogue, markers, and the chunks of a snapshot.</summary>
sealed class PostgreSqlSide(PostgreSqlCaptureOptions options) : IAsyncDisposable
{
    /// <summary>What has to stand before each marker's text.</summary>
    public const string MarkerPrefix = "orrery";

    const int ServerVersionLeast = 14;

    NpgsqlConnection? connection;

    /// <summary>Settings of both connections, so that values have one text.</summary>
    public static string WithSettings(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        Pooling = false,
        Timezone = "UTC",
        Options = "-c datestyle=ISO,YMD -c intervalstyle=postgres -c bytea_output=hex -c extra_float_digits=1 -c synchronous_commit=local -c lc_monetary=C",
        ApplicationName = "orrery-capture",
    }.ConnectionString;

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (connection is { State: System.Data.ConnectionState.Open }) return;
        if (connection is not null) await connection.DisposeAsync();
        connection = new NpgsqlConnection(WithSettings(options.ConnectionString));
        await connection.OpenAsync(cancellationToken);
    }

    /// <summary>Checks what the server allows, and makes the publication.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (connection!.PostgreSqlVersion.Major < ServerVersionLeast) throw new ChangeSourceException(ChangeSourceFault.Settings, $"The server is PostgreSQL {connection.PostgreSqlVersion}; capture needs {ServerVersionLeast} or later, for logical messages in the stream.");
        string level = (string)(await ScalarAsync("SHOW wal_level", cancellationToken))!;
        if (level != "logical") throw new ChangeSourceException(ChangeSourceFault.Settings, $"The server's wal_level is '{level}'; set it to logical and restart the server.");
        foreach (string table in options.Tables)
            if (await ScalarAsync("SELECT to_regclass($1)::text", cancellationToken, Quote(table)) is not string)
                throw new ChangeSourceException(ChangeSourceFault.Settings, $"There is no table {table}, or this user cannot see it.");
        string publication = QuoteName(options.Publication), tables = string.Join(", ", options.Tables.Select(Quote));
        if (await ScalarAsync("SELECT 1 FROM pg_publication WHERE pubname = $1", cancellationToken, options.Publication) is null)
        {
            await ExecuteAsync($"CREATE PUBLICATION {publication} FOR TABLE {tables}", cancellationToken);
            return;
        }

        foreach (string table in options.Tables)
            if (await ScalarAsync("SELECT 1 FROM pg_publication_tables WHERE pubname = $1 AND schemaname || '.' || tablename = $2", cancellationToken, options.Publication, table) is null)
                await ExecuteAsync($"ALTER PUBLICATION {publication} ADD TABLE {Quote(table)}", cancellationToken);
    }

    /// <summary>The slot's confirmed position; null where there is no slot.</summary>
    /// <exception cref="ChangeSourceException">The server has let go of what the slot needs.</exception>
    public async Task<ulong?> SlotPositionAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Command("SELECT confirmed_flush_lsn, coalesce(wal_status, ''), plugin FROM pg_replication_slots WHERE slot_name = $1", options.Slot);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        if (reader.GetString(1) == "lost") throw new ChangeSourceException(ChangeSourceFault.PositionLost, $"The server has removed write-ahead log that the slot '{options.Slot}' still needs (max_slot_wal_keep_size). Drop the slot and take a new snapshot.");
        if (reader.GetString(2) != "pgoutput") throw new ChangeSourceException(ChangeSourceFault.Settings, $"The slot '{options.Slot}' is of the plugin '{reader.GetString(2)}', not of pgoutput: name another slot.");
        return (ulong)reader.GetFieldValue<NpgsqlTypes.NpgsqlLogSequenceNumber>(0);
    }

    public async Task<PostgreSqlSnapshotText> SnapshotAsync(CancellationToken cancellationToken) => new((string)(await ScalarAsync("SELECT pg_current_snapshot()::text", cancellationToken))!);

    /// <summary>Puts a marker into the stream, at the place of the log that is written now, and has the log flushed so that it comes soon. Answers between which positions it stands.</summary>
    public async Task<(ulong From, ulong To)> MarkAsync(CancellationToken cancellationToken)
    {
        (ulong, ulong) place;
        await using (NpgsqlCommand command = Command($"SELECT pg_current_wal_insert_lsn(), pg_logical_emit_message(false, '{MarkerPrefix}', $1)", options.Slot))
        await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            await reader.ReadAsync(cancellationToken);
            place = ((ulong)reader.GetFieldValue<NpgsqlTypes.NpgsqlLogSequenceNumber>(0), (ulong)reader.GetFieldValue<NpgsqlTypes.NpgsqlLogSequenceNumber>(1));
        }

        await ScalarAsync($"SELECT pg_logical_emit_message(true, '{MarkerPrefix}', '')", cancellationToken);
        return place;
    }

    /// <summary>Completes what the stream says of a table by the catalogue: the types' texts and the primary key.</summary>
    public async Task<PostgreSqlRelation> RelationAsync(uint id, string schema, string table, IReadOnlyList<(string Name, uint Type, int Modifier, bool IsIdentity)> columns, CancellationToken cancellationToken)
    {
        string name = schema + "." + table;
        var types = new List<string>();
        await using (NpgsqlCommand command = Command(
                         "SELECT CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) ELSE format_type(t.oid, u.m) END FROM unnest($1::bigint[], $2::int[]) WITH ORDINALITY u(i, m, n) LEFT JOIN pg_type t ON t.oid = u.i::oid ORDER BY u.n",
                         columns.Select(column => (long)column.Type).ToArray(), columns.Select(column => column.Modifier).ToArray()))
        await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken))
            while (await reader.ReadAsync(cancellationToken)) types.Add(await reader.IsDBNullAsync(0, cancellationToken) ? "" : reader.GetString(0));
        string[] keys = await KeyAsync(id, cancellationToken);
        return Make(name, [.. columns.Select((column, index) => (column.Name, types[index], column.IsIdentity))], keys);
    }

    /// <summary>
    /// Reads a chunk of a table in one transaction, at one snapshot: first the lock that keeps the table from being truncated or altered meanwhile, then the snapshot.
    /// Null where the snapshot does not see enough.
    /// </summary>
    public async Task<PostgreSqlChunk?> ReadChunkAsync(string table, string[]? after, Func<PostgreSqlSnapshotText, bool> isEnough, CancellationToken cancellationToken)
    {
        await using NpgsqlTransaction transaction = await connection!.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        await ExecuteAsync($"LOCK TABLE {Quote(table)} IN ACCESS SHARE MODE", cancellationToken);
        PostgreSqlSnapshotText snapshot = await SnapshotAsync(cancellationToken);
        if (!isEnough(snapshot)) return null;
        PostgreSqlRelation relation = await DescribeAsync(table, cancellationToken);
        TableSchema schema = relation.Schema;
        if (schema.KeyColumns.Count == 0) throw new ChangeSourceException(ChangeSourceFault.Settings, $"Table {table} has no primary key: its snapshot cannot be read in chunks. Give it one, or set TakesSnapshot to false.");
        string list = string.Join(", ", schema.Columns.Select(column => QuoteName(column.Name)));
        string[] keys = [.. schema.KeyColumns.Select(index => QuoteName(schema.Columns[index].Name))];
        string where = after is null ? "" : $" WHERE ({string.Join(", ", keys)}) > ({string.Join(", ", after.Select((value, index) => $"{Literal(value)}::{schema.Columns[schema.KeyColumns[index]].NativeType}"))})";
        var rows = new RowWriter(1 << 16);
        var starts = new List<int>();
        string[]? last = null;
        byte[] bytes = new byte[256];
        using (TextReader copy = await connection.BeginTextExportAsync($"COPY (SELECT {list} FROM {Quote(table)}{where} ORDER BY {string.Join(", ", keys)} LIMIT {options.ChunkRows.ToString(CultureInfo.InvariantCulture)}) TO STDOUT", cancellationToken))
        {
            while (await copy.ReadLineAsync(cancellationToken) is { } line)
            {
                starts.Add(rows.Position);
                string?[] values = [.. line.Split('\t').Select(Unescape)];
                rows.BeginRow(schema.Columns.Count);
                for (int column = 0; column < values.Length; column++)
                {
                    if (values[column] is not { } value)
                    {
                        rows.WriteNull();
                        continue;
                    }

                    int most = Encoding.UTF8.GetMaxByteCount(value.Length);
                    if (bytes.Length < most) bytes = new byte[most];
                    relation.WriteValue(rows, column, bytes.AsSpan(0, Encoding.UTF8.GetBytes(value, bytes)));
                }

                rows.EndRow();
                last = [.. schema.KeyColumns.Select(index => values[index]!)];
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return new PostgreSqlChunk(relation, snapshot, rows, starts, last, starts.Count < options.ChunkRows);
    }

    async Task<PostgreSqlRelation> DescribeAsync(string table, CancellationToken cancellationToken)
    {
        uint id = (uint)(await ScalarAsync("SELECT to_regclass($1)::oid", cancellationToken, Quote(table)))!;
        var columns = new List<(string, string, bool)>();
        await using (NpgsqlCommand command = Command(
                         "SELECT a.attname::text, CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) ELSE format_type(t.oid, a.atttypmod) END FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = $1::bigint::oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum", (long)id))
        {
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) columns.Add((reader.GetString(0), reader.GetString(1), false));
        }

        return Make(table, columns, await KeyAsync(id, cancellationToken));
    }

    PostgreSqlRelation Make(string name, IReadOnlyList<(string Name, string Type, bool IsIdentity)> columns, string[] keys)
    {
        List<Column> described =
        [
            .. columns.Select(column => new Column(
                column.Name,
                column.Type.Length == 0 || options.ColumnsAsText.Contains(name + "." + column.Name) ? new ColumnType(ColumnKind.Text) : PostgreSqlTypes.TypeOf(column.Type),
                column.Type,
                !keys.Contains(column.Name))),
        ];
        List<int> indexes = [.. keys.Select(key => described.FindIndex(column => column.Name == key)).Where(index => index >= 0)];
        return new PostgreSqlRelation(name, new TableSchema(connection!.Database, name, described, indexes), [.. columns.Select(column => column.IsIdentity)]);
    }

    /// <summary>The columns of the primary key, or of the index that was made the table's replica identity.</summary>
    async Task<string[]> KeyAsync(uint id, CancellationToken cancellationToken) => await ScalarAsync(
        """
        SELECT array(SELECT a.attname::text FROM pg_class c JOIN pg_index x ON x.indrelid = c.oid AND CASE WHEN c.relreplident = 'i' THEN x.indisreplident ELSE x.indisprimary END,
          unnest(x.indkey::int2[]) WITH ORDINALITY k(n, o), pg_attribute a WHERE c.oid = $1::bigint::oid AND a.attrelid = c.oid AND a.attnum = k.n AND k.o <= x.indnkeyatts ORDER BY k.o)
        """,
        cancellationToken, (long)id) as string[] ?? [];

    /// <summary>Undoes COPY's escapes; null for <c>\N</c>.</summary>
    static string? Unescape(string field)
    {
        int slash = field.IndexOf('\\', StringComparison.Ordinal);
        if (slash < 0) return field;
        if (field == "\\N") return null;
        var text = new StringBuilder(field.Length);
        for (int index = 0; index < field.Length; index++)
        {
            char part = field[index];
            if (part == '\\' && index + 1 < field.Length)
            {
                part = field[++index] switch
                {
                    'b' => '\b',
                    'f' => '\f',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'v' => '\v',
                    char other => other,
                };
            }

            text.Append(part);
        }

        return text.ToString();
    }

    static string Quote(string table)
    {
        int dot = table.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0 || dot == table.Length - 1) throw new ArgumentException($"'{table}' is no table's name of the form schema.table.", nameof(table));
        return QuoteName(table[..dot]) + "." + QuoteName(table[(dot + 1)..]);
    }

    static string QuoteName(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    static string Literal(string value) => "E'" + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal) + "'";

    NpgsqlCommand Command(string text, params object[] values)
    {
        var command = new NpgsqlCommand(text, connection);
        foreach (object value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    async Task<object?> ScalarAsync(string text, CancellationToken cancellationToken, params object[] values)
    {
        await using NpgsqlCommand command = Command(text, values);
        object? value = await command.ExecuteScalarAsync(cancellationToken);
        return value is DBNull ? null : value;
    }

    async Task ExecuteAsync(string text, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Command(text);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null) await connection.DisposeAsync();
    }
}

/// <summary>Rows of a table at one snapshot.</summary>
/// <param name="Relation">The table as it was then.</param>
/// <param name="Snapshot">Which transactions the rows have.</param>
/// <param name="Rows">The rows' bytes.</param>
/// <param name="Starts">Where each row begins.</param>
/// <param name="LastKey">The last row's key as text; null where there is no row.</param>
/// <param name="IsLast">Whether the table has no further rows.</param>
sealed record PostgreSqlChunk(PostgreSqlRelation Relation, PostgreSqlSnapshotText Snapshot, RowWriter Rows, IReadOnlyList<int> Starts, string[]? LastKey, bool IsLast)
{
    /// <summary>The bytes of the rows' keys, each as a text of its characters.</summary>
    public HashSet<string> Keys { get; } = [];
}
