using System.Text;
using Npgsql;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.PostgreSql;

/// <summary>A connection to PostgreSQL. Rows go both ways through binary COPY, whose fields are read and written here.</summary>
sealed class PostgreSqlDatabase : SqlDatabase
{
    const long BytesPerPage = 8192;

    readonly PostgreSqlDialect dialect;
    readonly NpgsqlConnection connection;

    public PostgreSqlDatabase(PostgreSqlDialect dialect, string connectionString, TimeSpan connectTimeout)
        : this(dialect, Connect(connectionString, connectTimeout))
    {
    }

    PostgreSqlDatabase(PostgreSqlDialect dialect, NpgsqlConnection connection)
        : this(connection, connection.PostgresParameters.TryGetValue("server_encoding", out string? encoding) && encoding != "UTF8" ? new PostgreSqlDialect { IsUtf8 = false } : dialect)
    {
    }

    PostgreSqlDatabase(NpgsqlConnection connection, PostgreSqlDialect dialect)
        : base(dialect, connection) => (this.dialect, this.connection) = (dialect, connection);

    public override IReadOnlyList<TableName> ListTables() => Query(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' ORDER BY 1, 2",
        reader => new TableName(reader.GetString(0), reader.GetString(1)));

    public override TableDefinition ReadTable(TableName table) => PostgreSqlCatalog.Read(table, dialect.Quote(table), (statement, read) => Query(statement, read));

    protected override IEnumerable<RowBatch> Stream(string select, IReadOnlyList<ColumnDefinition> columns, TableSchema schema, ReadOptions options, CancellationToken cancellationToken)
    {
        // The server would decode the fields of a text type as text anyway: what is cast arrives as text.
        using NpgsqlRawCopyStream stream = connection.BeginRawBinaryCopy($"COPY ({select}) TO STDOUT (FORMAT BINARY)");
        var source = new PostgreSqlCopyReader(stream, columns);
        bool ended = false;
        try
        {
            foreach (RowBatch batch in Batches(schema, options, source.ReadRow, cancellationToken)) yield return batch;
            ended = true;
        }
        finally
        {
            if (!ended) Cancel(stream);
        }
    }

    protected override long Load(string target, TableDefinition table, RowCast cast, bool isStage, IEnumerable<RowBatch> batches, CancellationToken cancellationToken)
    {
        // Types without a binary form of their own are staged as text and cast by the server.
        if (!isStage && cast.Columns.Any(column => PostgreSqlTypes.FormOf(column) == PostgreSqlForm.Cast))
        {
            string stage = MakeStage(table, cast.Columns);
            Load(stage, table, cast, isStage: true, batches, cancellationToken);
            long rows = Change($"INSERT INTO {target} ({dialect.Names(cast.Columns.Select(column => column.Name))}) SELECT {dialect.StagedNames(cast.Columns)} FROM {stage}");
            Change($"DELETE FROM {stage}");
            return rows;
        }

        using NpgsqlRawCopyStream stream = connection.BeginRawBinaryCopy($"COPY {target} ({dialect.Names(cast.Columns.Select(column => column.Name))}) FROM STDIN (FORMAT BINARY)");
        var writer = new PostgreSqlCopyWriter(stream, cast.Columns);
        try
        {
            foreach (RowBatch batch in batches) writer.Write(batch);
            writer.End();
            return writer.Rows;
        }
        catch
        {
            Cancel(stream);
            throw;
        }
    }

    /// <summary>Breaks a COPY off. On a connection that is lost the driver stumbles over its own state; the error that lost it is what counts.</summary>
    static void Cancel(NpgsqlRawCopyStream stream)
    {
        try
        {
            stream.Cancel();
        }
        catch (Exception error) when (error is NullReferenceException or NpgsqlException or InvalidOperationException or IOException)
        {
            return;
        }
    }

    protected override string MakeStage(TableDefinition table, IReadOnlyList<ColumnDefinition> columns)
    {
        string shape = $"{table.Name}\n{string.Join('\n', columns.Select(column => $"{column.Name} {column.NativeType}"))}";
        string name = dialect.Quote($"orrery_stage_{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(shape)).AsSpan(0, 8))}");
        Change($"CREATE TEMP TABLE IF NOT EXISTS {name} ({string.Join(", ", columns.Select(column => $"{dialect.Quote(column.Name)} {dialect.StagedType(column)}"))}) ON COMMIT DELETE ROWS");
        return $"pg_temp.{name}";
    }

    protected override IEnumerable<KeyRange> PlanPlaces(TableDefinition table, int rowsPerRange)
    {
        (long bytes, double rows) = Query(
            $"SELECT pg_relation_size(c.oid), greatest(c.reltuples, 0)::float8 FROM pg_class c WHERE c.oid = {PostgreSqlDialect.TextLiteral(dialect.Quote(table.Name))}::regclass",
            reader => (reader.GetInt64(0), reader.GetDouble(1)))[0];
        long pages = bytes / BytesPerPage;
        long step = rows > 0 ? Math.Max(1, (long)(pages * (rowsPerRange / rows))) : Math.Max(1, rowsPerRange / 50);
        for (long from = 0; from + step < pages; from += step) yield return new KeyRange(null, null) { PlaceFrom = from, PlaceTo = from + step };
        yield return new KeyRange(null, null) { PlaceFrom = pages <= step ? 0 : (pages - 1) / step * step };
    }

    static NpgsqlConnection Connect(string connectionString, TimeSpan connectTimeout)
    {
        NpgsqlConnectionStringBuilder builder = ConnectionText.Read("PostgreSQL", connectionString, text => new NpgsqlConnectionStringBuilder(text));
        builder.Pooling = false;
        builder.Timeout = Math.Max(1, (int)Math.Ceiling(connectTimeout.TotalSeconds));
        builder.KeepAlive = 30;
        builder.ApplicationName ??= "orrery";
        var connection = new NpgsqlConnection(builder.ConnectionString);
        try
        {
            connection.Open();
            using NpgsqlCommand command = connection.CreateCommand();
            // Statements here run over many rows, and yet compiling them takes longer than it saves.
            command.CommandText = "SET TIME ZONE 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET extra_float_digits = 3; SET bytea_output = 'hex'; SET client_encoding = 'UTF8'; SET client_min_messages = 'warning'; SET jit = off";
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
