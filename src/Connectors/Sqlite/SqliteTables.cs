using System.Globalization;
using Microsoft.Data.Sqlite;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using SQLitePCL;

namespace Orrery.Connectors.Sqlite;

/// <summary>A connection to a SQLite file as one of the databases that rows are copied between. Statements are prepared and values bound directly, past the driver's objects.</summary>
sealed class SqliteTables : SqlDatabase
{
    readonly SqliteDialect dialect;
    readonly SqliteConnection connection;

    public SqliteTables(SqliteDialect dialect, string connectionString, TimeSpan connectTimeout)
        : this(dialect, Connect(connectionString, connectTimeout))
    {
    }

    SqliteTables(SqliteDialect dialect, SqliteConnection connection)
        : base(dialect, connection) => (this.dialect, this.connection) = (dialect, connection);

    public override string Name => Path.GetFileNameWithoutExtension(connection.DataSource);

    public override IReadOnlyList<TableName> ListTables() =>
        Query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1", reader => new TableName(null, reader.GetString(0)));

    public override TableDefinition ReadTable(TableName table)
    {
        string schema = table.Schema is null ? "" : dialect.Quote(table.Schema) + ".";
        var rows = Query($"PRAGMA {schema}table_xinfo({dialect.Quote(table.Name)})", reader => (Name: reader.GetString(1), Native: reader.GetString(2), NotNull: reader.GetInt64(3) != 0, Default: TextOf(reader, 4), Key: reader.GetInt64(5), Hidden: reader.GetInt64(6)));
        if (rows.Count == 0) throw new ArgumentException($"There is no table {table} in the SQLite file {connection.DataSource}.", nameof(table));
        string[] key = [.. rows.Where(row => row.Key > 0).OrderBy(row => row.Key).Select(row => row.Name)];
        var indexes = new List<IndexDefinition>();
        foreach ((string name, bool isUnique, string origin, bool isPartial) in Query($"PRAGMA {schema}index_list({dialect.Quote(table.Name)})", reader => (reader.GetString(1), reader.GetInt64(2) != 0, reader.GetString(3), reader.GetInt64(4) != 0)))
        {
            if (origin == "pk" || isPartial) continue;
            List<string?> columns = Query($"PRAGMA {schema}index_info({dialect.Quote(name)})", reader => TextOf(reader, 2));
            if (!columns.Contains(null)) indexes.Add(new IndexDefinition(name, [.. columns.Select(column => column!)], isUnique));
        }

        return new TableDefinition(table,
        [
            .. rows.Where(row => row.Hidden != 1).Select(row => new ColumnDefinition(row.Name, SqliteTypes.TypeOf(row.Native), row.Native, !row.NotNull && !(key.Contains(row.Name) && row.Native.Equals("INTEGER", StringComparison.OrdinalIgnoreCase)))
            {
                Default = row.Default,
                IsIdentity = key is [var sole] && sole == row.Name && row.Native.Equals("INTEGER", StringComparison.OrdinalIgnoreCase),
                IsGenerated = row.Hidden is 2 or 3,
            }),
        ])
        {
            Key = key,
            Indexes = indexes,
        };
    }

    public override RowDigest Digest(TableDefinition table, IReadOnlyList<(string Name, ColumnType As)> columns, KeyRange range, FloatText floats = FloatText.Decimal)
    {
        var text = new CanonicalText(floats);
        foreach (RowBatch batch in CanonicalRows.Read(this, table, columns, range)) text.Add(batch);
        return text.Sum;
    }

    protected override IEnumerable<RowBatch> Stream(string select, IReadOnlyList<ColumnDefinition> columns, TableSchema schema, ReadOptions options, CancellationToken cancellationToken)
    {
        using sqlite3_stmt statement = Prepare(select);
        var source = new SqliteRowSource(connection.Handle!, statement, columns);
        foreach (RowBatch batch in Batches(schema, options, source.ReadRow, cancellationToken)) yield return batch;
    }

    protected override long Load(string target, TableDefinition table, RowCast cast, bool isStage, IEnumerable<RowBatch> batches, CancellationToken cancellationToken)
    {
        using sqlite3_stmt statement = Prepare($"INSERT INTO {target} ({dialect.Names(cast.Columns.Select(column => column.Name))}) VALUES ({string.Join(", ", cast.Columns.Select((_, index) => $"?{(index + 1).ToString(CultureInfo.InvariantCulture)}"))})");
        var sink = new SqliteRowSink(connection.Handle!, statement, cast.Columns);
        long rows = 0;
        foreach (RowBatch batch in batches)
        {
            sink.Write(batch);
            rows += batch.Count;
        }

        return rows;
    }

    protected override string MakeStage(TableDefinition table, IReadOnlyList<ColumnDefinition> columns)
    {
        string shape = $"{table.Name}\n{string.Join('\n', columns.Select(column => $"{column.Name} {column.NativeType}"))}";
        string name = "temp." + dialect.Quote($"orrery_stage_{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(shape)).AsSpan(0, 8))}");
        Change($"CREATE TEMP TABLE IF NOT EXISTS {name["temp.".Length..]} ({string.Join(", ", columns.Select(column => $"{dialect.Quote(column.Name)} {column.NativeType}"))})");
        return name;
    }

    protected override IEnumerable<KeyRange> PlanPlaces(TableDefinition table, int rowsPerRange)
    {
        // A table without rowid has a key; one whose key cannot be compared and which has no rowid is read as one range.
        List<(long From, long To)> bounds;
        try
        {
            bounds = Query($"SELECT min(rowid), max(rowid) FROM {dialect.Quote(table.Name)}", reader => reader.IsDBNull(0) ? (0L, -1L) : (reader.GetInt64(0), reader.GetInt64(1)));
        }
        catch (SqliteException)
        {
            bounds = [];
        }

        if (bounds is not [var (from, to)] || to - from < rowsPerRange) return [KeyRange.All];
        return Places(from, to, rowsPerRange);
    }

    static IEnumerable<KeyRange> Places(long from, long to, int step)
    {
        long at = from;
        for (; to - at >= step; at += step) yield return new KeyRange(null, null) { PlaceFrom = at, PlaceTo = at + step };
        yield return new KeyRange(null, null) { PlaceFrom = at };
    }

    sqlite3_stmt Prepare(string text)
    {
        int result = raw.sqlite3_prepare_v2(connection.Handle, text, out sqlite3_stmt statement);
        SqliteException.ThrowExceptionForRC(result, connection.Handle);
        return statement;
    }

    static SqliteConnection Connect(string connectionString, TimeSpan connectTimeout)
    {
        SqliteConnectionStringBuilder builder = ConnectionText.Read("SQLite", connectionString, text => new SqliteConnectionStringBuilder(text));
        builder.DefaultTimeout = Math.Max(1, (int)Math.Ceiling(connectTimeout.TotalSeconds));
        SqliteConnection connection = SqliteConnections.Open(builder.ConnectionString);
        // Waits in the engine too: statements here do not go through the driver's own loop.
        raw.sqlite3_busy_timeout(connection.Handle, builder.DefaultTimeout * 1000);
        return connection;
    }
}
