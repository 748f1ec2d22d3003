using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.Data.SqlClient;
using Orrery.Storage.Sql;

namespace Orrery.Storage.SqlServer;

/// <summary>SQL Server 2016 or later over Microsoft.Data.SqlClient. Its statements are checked as text; it was not run against a live server here.</summary>
/// <remarks>Values stand in the statements: commands with parameters need an optional part of the driver that is not among the dependencies.</remarks>
sealed class SqlServerDialect : LiteralDialect
{
    /// <summary>The longest text that is no "max" type.</summary>
    const int PlainCharactersMax = 4000;

    const string Collation = "COLLATE Latin1_General_100_BIN2";

    public override string Name => "SQL Server";

    /// <summary>Locks are kept until the transaction ends; a row's lock, so that neighbours are not in the way.</summary>
    public override SqlRaw LockHint { get; } = new("WITH (UPDLOCK, ROWLOCK)");

    public override SqlRaw LockSuffix => SqlRaw.Empty;

    /// <summary>What a list of rows may hold.</summary>
    public override int StatementRowsLimit => 1000;

    public override long StatementBytesLimit => 4 << 20;

    /// <summary>
    /// One moment for several tables would need a setting of the database. The cluster's version is read before its shards, so that who read them half changed
    /// has the older version and reads again; and the store checks all that is done upon a reading.
    /// </summary>
    public override IsolationLevel ReadIsolation => IsolationLevel.ReadCommitted;

    public override DbConnection CreateConnection(string connectionString, TimeSpan connectTimeout)
    {
        var builder = new SqlConnectionStringBuilder(connectionString) { Pooling = false, ConnectTimeout = Math.Max(1, (int)Math.Ceiling(connectTimeout.TotalSeconds)), ApplicationName = "orrery" };
        // The driver reads text by the server's collations, and its own message does not say what to do.
        if (CultureInfo.GetCultures(CultureTypes.SpecificCultures).Length <= 1)
            throw new NotSupportedException("SQL Server's driver needs the cultures of ICU, and this process runs without: install ICU (Debian: libicu) and set System.Globalization.Invariant to false in orrery.runtimeconfig.json.");
        return new SqlConnection(builder.ConnectionString);
    }

    public override void Prepare(SqlSession session)
    {
        session.Execute($"SET XACT_ABORT ON; SET LOCK_TIMEOUT 5000");
        var durability = session.Query($"SELECT CAST(delayed_durability AS bigint) FROM sys.databases WHERE database_id = DB_ID()", reader => reader.GetInt64(0));
        if (durability is [2])
        {
            throw new StoreException(
                $"{Name} {Describe(session.Connection.ConnectionString)} cannot be used as it is: DELAYED_DURABILITY is FORCED: set it to DISABLED (ALTER DATABASE), otherwise a crash loses changes that were acknowledged.", isOutcomeKnown: true);
        }
    }

    public override void Update(SqlSession session, SqlRows rows, params string[] columns)
    {
        var used = rows.Table.Columns.Where(column => columns.Contains(column.Name) || rows.Table.Key.Contains(column)).ToArray();
        var set = string.Join(", ", columns.Select(column => $"t.{column} = v.{column}"));
        Run(session, rows, used, (names, values) => $"UPDATE t SET {set} FROM {rows.Table.Name} t JOIN (VALUES {values}) v ({names}) ON {On(rows.Table)}");
    }

    public override void Upsert(SqlSession session, SqlRows rows)
    {
        var set = string.Join(", ", rows.Table.Columns.Skip(rows.Table.KeyLength).Select(column => $"t.{column.Name} = v.{column.Name}"));
        var values = string.Join(", ", rows.Table.Columns.Select(column => $"v.{column.Name}"));
        Run(session, rows, rows.Table.Columns, (names, rowTexts) =>
            $"MERGE {rows.Table.Name} WITH (HOLDLOCK) t USING (VALUES {rowTexts}) v ({names}) ON {On(rows.Table)} WHEN MATCHED THEN UPDATE SET {set} WHEN NOT MATCHED THEN INSERT ({names}) VALUES ({values});");
    }

    public override void Delete(SqlSession session, SqlTable table, IReadOnlyList<object?[]> keys)
    {
        if (keys.Count == 0) return;
        SqlColumn[] columns = [.. table.Key];
        using var command = session.CreateCommand();
        command.CommandText = $"DELETE t FROM {table.Name} t JOIN (VALUES {Values(columns, [.. Enumerable.Range(0, columns.Length)], keys)}) v ({string.Join(", ", columns.Select(column => column.Name))}) ON {On(table)}";
        session.ExecuteCommand(command);
    }

    public override SqlRaw LimitHead(int rows) => new($"TOP ({rows.ToString(CultureInfo.InvariantCulture)})");

    public override SqlRaw LimitTail(int rows) => SqlRaw.Empty;

    public override SqlRaw LengthOf(string column) => new($"DATALENGTH({column})");

    public override string CreateTable(SqlTable table)
    {
        var columns = table.Columns.Select(column => $"{column.Name} {TypeOf(column.Type)}{(column.Type is SqlType.Text or SqlType.ShortText ? " " + Collation : "")}{(column.IsNullable ? " NULL" : " NOT NULL")}");
        return $"IF OBJECT_ID(N'{table.Name}', N'U') IS NULL CREATE TABLE {table.Name} ({string.Join(", ", columns)}, PRIMARY KEY ({string.Join(", ", table.Key.Select(column => column.Name))}))";
    }

    public override string CreateIndex(SqlTable table, params string[] columns) =>
        $"IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = N'{IndexName(table, columns)}' AND object_id = OBJECT_ID(N'{table.Name}')) CREATE INDEX {IndexName(table, columns)} ON {table.Name} ({string.Join(", ", columns)})";

    public override FormattableString CountTables(string name) => $"SELECT COUNT(*) FROM sys.tables WHERE name = {name} AND schema_id = SCHEMA_ID()";

    public override bool TryLockSchema(SqlSession session, int timeoutSeconds) => session.Query(
        $"DECLARE @result int; EXEC @result = sp_getapplock @Resource = N'orrery_schema', @LockMode = N'Exclusive', @LockOwner = N'Transaction', @LockTimeout = {timeoutSeconds * 1000L}; SELECT CAST(@result AS bigint)",
        reader => reader.GetInt64(0))[0] >= 0;

    public override SqlFault FaultOf(Exception error) => error switch
    {
        SqlException { Number: 2627 or 2601 } => SqlFault.Duplicate,
        SqlException { Number: 1205 or 1222 or 3960 } => SqlFault.Conflict,
        SqlException { Number: 18456 or 18452 or 4060 or 229 or 262 or 916 } => SqlFault.Refused,
        // Time-outs, broken or refused connections, shutdown, and what Azure says while it moves a database.
        SqlException { Number: -2 or -1 or 0 or 2 or 20 or 53 or 64 or 121 or 233 or 258 or 596 or 6005 or 10053 or 10054 or 10060 or 10061 or 40197 or 40501 or 40613 or 49918 or 49919 or 49920 } => SqlFault.Unavailable,
        SqlException { Class: >= 20 } => SqlFault.Unavailable,
        SqlException => SqlFault.Other,
        SocketException or TimeoutException => SqlFault.Unavailable,
        _ => SqlFault.Other,
    };

    public override string Advice(Exception error) => error switch
    {
        SqlException { Number: 18456 or 18452 } => "Check the user and the password of the connection.",
        SqlException { Number: 4060 or 916 } => "Make the database first (CREATE DATABASE) and let this user in, or name another one in the connection.",
        SqlException { Number: 229 or 262 } => "Grant the user the right to make tables in this database, or to use those that are there.",
        _ when FaultOf(error) == SqlFault.Unavailable => "Check that the server runs and that its host and port are right.",
        _ => "",
    };

    public override string Describe(string connectionString)
    {
        var builder = new SqlConnectionStringBuilder(connectionString);
        return $"'{builder.InitialCatalog}' at {builder.DataSource}";
    }

    protected override string BytesLiteral(byte[] value) => $"0x{Convert.ToHexString(value)}";

    protected override string TextLiteral(SqlType type, string value) =>
        $"CONVERT(nvarchar({(value.Length <= PlainCharactersMax ? PlainCharactersMax.ToString(CultureInfo.InvariantCulture) : "max")}), 0x{Convert.ToHexString(Encoding.Unicode.GetBytes(value))})";

    /// <summary>With its type: a list of rows has the types of its values, and a bare NULL has none.</summary>
    protected override string NullLiteral(SqlType type) => $"CONVERT({TypeOf(type)}, NULL)";

    static string On(SqlTable table) => string.Join(" AND ", table.Key.Select(column => $"t.{column.Name} = v.{column.Name}"));

    static string TypeOf(SqlType type) => type switch
    {
        SqlType.Id => $"binary({SqlId.Bytes})",
        SqlType.Blob => "varbinary(max)",
        SqlType.Long => "bigint",
        SqlType.ShortText => "nvarchar(200)",
        _ => "nvarchar(max)",
    };
}
