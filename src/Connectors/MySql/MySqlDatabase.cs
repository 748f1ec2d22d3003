using System.Data.Common;
using System.Globalization;
using System.Numerics;
using System.Text;
using MySql.Data.MySqlClient;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.MySql;

/// <summary>
/// A connection to MySQL or MariaDB. Rows are read through the driver and written by LOAD DATA LOCAL where the server allows it, else by statements of many rows.
/// LOAD DATA LOCAL turns errors into warnings and skips rows whose key is there: every warning and every missing row is an error here, and the transaction is
/// rolled back.
/// </summary>
sealed class MySqlDatabase : SqlDatabase
{
    /// <summary>Bytes of one LOAD DATA or INSERT: well below what servers take in a packet (max_allowed_packet, 16 MiB by default in MariaDB).</summary>
    const int StatementBytesLimit = 4 << 20;

    /// <summary>Rows of a table from which on a second connection, which speaks the protocol itself, is worth opening.</summary>
    const int BulkRowsLeast = 20_000;

    readonly MySqlDialect dialect;
    readonly MySqlConnection connection;
    readonly MySqlBulkReader bulk;
    readonly bool canLoad;

    public MySqlDatabase(MySqlDialect dialect, string connectionString, TimeSpan connectTimeout)
        : this(dialect, Connect(connectionString, connectTimeout), connectionString)
    {
    }

    MySqlDatabase(MySqlDialect dialect, MySqlConnection connection, string connectionString)
        : base(dialect, connection)
    {
        (this.dialect, this.connection, bulk) = (dialect, connection, new MySqlBulkReader(connectionString));
        canLoad = MayLoad(connectionString) && Query("SELECT CAST(@@local_infile AS SIGNED)", reader => reader.GetInt64(0))[0] != 0;
    }

    public override IReadOnlyList<TableName> ListTables() => Query(
        "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' ORDER BY 1",
        reader => new TableName(null, reader.GetString(0)));

    public override TableDefinition ReadTable(TableName table) => MySqlCatalog.Read(table, connection.ServerVersion.Contains("MariaDB", StringComparison.OrdinalIgnoreCase), statement => Query(statement, reader =>
    {
        var values = new string?[reader.FieldCount];
        for (int index = 0; index < values.Length; index++) values[index] = TextOf(reader, index);
        return values;
    }));

    /// <summary>Many rows come past the driver, which makes objects of them; but not those that the transaction under way sees.</summary>
    public override IEnumerable<RowBatch> Read(TableDefinition table, KeyRange range, ReadOptions options, CancellationToken cancellationToken = default)
    {
        if (table.RowsEstimate < BulkRowsLeast || Transaction is not null || !bulk.TryOpen(connection.Database)) return base.Read(table, range, options, cancellationToken);
        ColumnDefinition[] columns = options.Columns.Count == 0 ? [.. table.Columns] : [.. options.Columns.Select(table.Column)];
        string select = $"SELECT {string.Join(", ", columns.Select(column => column.Expression ?? dialect.Quote(column.Name)))} FROM {dialect.Quote(table.Name)} WHERE {dialect.Condition(table, range)}{(options.InKeyOrder ? $" ORDER BY {dialect.Names(table.Key)}" : "")}";
        return bulk.Read(select, SchemaOf(table, columns), options, cancellationToken);
    }

    /// <summary>A lock whose name nobody else has: a server that knows who holds it is the one that gave it.</summary>
    public override bool Reaches(IDatabase other)
    {
        if (other is not MySqlDatabase there) return false;
        long One(MySqlDatabase side, string select) => side.Query(select, reader => Convert.ToInt64(reader.GetValue(0), CultureInfo.InvariantCulture))[0];
        try
        {
            string name = there.Query("SELECT CONCAT('orrery_', UUID())", reader => reader.GetString(0))[0];
            long holder = One(there, $"SELECT IF(GET_LOCK('{name}', 0) = 1, CONNECTION_ID(), 0)");
            bool isOne = holder != 0 && One(this, $"SELECT IFNULL(IS_USED_LOCK('{name}'), 0)") == holder;
            there.Change($"DO RELEASE_LOCK('{name}')");
            return isOne;
        }
        catch (MySqlException)
        {
            // Clusters may refuse such locks: then it is not known.
            return false;
        }
    }

    public override void Dispose()
    {
        bulk.Dispose();
        base.Dispose();
    }

    public override RowDigest Digest(TableDefinition table, IReadOnlyList<(string Name, ColumnType As)> columns, KeyRange range, FloatText floats = FloatText.Decimal)
    {
        using DbCommand command = Command(dialect.SelectDigest(table, [.. columns.Select(pair => (table.Column(pair.Name), pair.As))], range, floats));
        using DbDataReader reader = command.ExecuteReader();
        reader.Read();
        long count = reader.GetInt64(0);
        BigInteger sum = BigInteger.Parse(reader.GetString(1), CultureInfo.InvariantCulture), hashless = BigInteger.Parse(MySqlDialect.HashlessRow, CultureInfo.InvariantCulture);
        if (sum >= hashless) throw new InvalidOperationException($"{sum / hashless} of {count} rows of table {table.Name} are longer than the server's max_allowed_packet and have no digest: raise it, or leave the long columns out.");
        return new RowDigest(count, (UInt128)sum);
    }

    protected override IEnumerable<RowBatch> Stream(string select, IReadOnlyList<ColumnDefinition> columns, TableSchema schema, ReadOptions options, CancellationToken cancellationToken)
    {
        using var command = (MySqlCommand)Command(select);
        using MySqlDataReader reader = command.ExecuteReader();
        var source = new MySqlRowSource(reader, columns);
        bool ended = false;
        try
        {
            foreach (RowBatch batch in Batches(schema, options, source.ReadRow, cancellationToken)) yield return batch;
            ended = true;
        }
        finally
        {
            if (!ended) command.Cancel();
        }
    }

    protected override long Load(string target, TableDefinition table, RowCast cast, bool isStage, IEnumerable<RowBatch> batches, CancellationToken cancellationToken)
    {
        var text = new MySqlLoadText(dialect, cast.Columns, canLoad);
        long rows = 0;
        foreach (RowBatch batch in batches)
        {
            for (int row = 0; row < batch.Count; row++)
            {
                text.Add(batch.Read(row));
                if (text.Bytes < StatementBytesLimit) continue;
                rows += Send(target, table, cast, text, rows);
            }
        }

        return rows + Send(target, table, cast, text, rows);
    }

    protected override string MakeStage(TableDefinition table, IReadOnlyList<ColumnDefinition> columns)
    {
        string shape = $"{table.Name}\n{string.Join('\n', columns.Select(column => $"{column.Name} {column.NativeType}"))}";
        string name = dialect.Quote($"orrery_stage_{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(shape)).AsSpan(0, 8))}");
        // Selected from the table, so that character sets and collations are the same on both sides of the join.
        Change($"CREATE TEMPORARY TABLE IF NOT EXISTS {name} AS SELECT {dialect.Names(columns.Select(column => column.Name))} FROM {dialect.Quote(table.Name)} WHERE 1 = 0");
        Change($"DELETE FROM {name}");
        return name;
    }

    long Send(string target, TableDefinition table, RowCast cast, MySqlLoadText text, long rowsBefore)
    {
        if (text.Rows == 0) return 0;
        int rows = text.Rows;
        long written;
        try
        {
            if (text.IsLoad)
            {
                written = text.Load(connection, target);
                List<string> warnings = Query("SHOW WARNINGS LIMIT 1", reader => $"{TextOf(reader, 1)}: {TextOf(reader, 2)}");
                if (warnings.Count > 0 || written != rows) throw Refused(table, cast, rowsBefore, rows, warnings.Count > 0 ? warnings[0] : $"{written} of {rows} rows were taken");
            }
            else
            {
                written = Change(text.Statement(target));
            }
        }
        catch (MySqlException error) when (error.Number is 1366 or 1406 or 1264 or 1265 or 1292 or 1048 or 1062 or 3140 or 4025)
        {
            throw Refused(table, cast, rowsBefore, rows, $"{error.Number}: {error.Message}");
        }

        text.Clear();
        return written;
    }

    static ValueRangeException Refused(TableDefinition table, RowCast cast, long rowsBefore, int rows, string said) => new(
        $"Table {table.Name} ({cast.Schema.Columns.Count} columns), rows {rowsBefore + 1} to {rowsBefore + rows}: the server did not take them as they are (its row numbers count from {rowsBefore + 1}): {said}. Nothing of the call was kept.");

    /// <summary>Whether rows may be loaded as files; where the connection string says no, no statement can have the driver read a file of this machine either, and rows go as statements.</summary>
    static bool MayLoad(string connectionString) =>
        !new DbConnectionStringBuilder { ConnectionString = connectionString }.TryGetValue("AllowLoadLocalInfile", out object? may) || !bool.TryParse(Convert.ToString(may, System.Globalization.CultureInfo.InvariantCulture), out bool isAllowed) || isAllowed;

    static MySqlConnection Connect(string connectionString, TimeSpan connectTimeout)
    {
        MySqlConnectionStringBuilder builder = ConnectionText.Read("MySQL", connectionString, text => new MySqlConnectionStringBuilder(text));
        builder.Pooling = false;
        builder.ConnectionTimeout = (uint)Math.Max(1, Math.Ceiling(connectTimeout.TotalSeconds));
        builder.CharacterSet = "utf8mb4";
        builder.TreatTinyAsBoolean = false;
        builder.AllowLoadLocalInfile = MayLoad(connectionString);
        builder.AllowUserVariables = true;
        var connection = new MySqlConnection(builder.ConnectionString);
        try
        {
            connection.Open();
            using MySqlCommand command = connection.CreateCommand();
            // Strict, zero dates allowed (they are carried), zero kept in AUTO_INCREMENT columns; no cleverness with backslashes or quotes.
            command.CommandText = "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO', SESSION time_zone = '+00:00', SESSION net_write_timeout = 600, SESSION net_read_timeout = 600, NAMES utf8mb4 COLLATE utf8mb4_bin";
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
