using System.Data;
using System.Data.Common;
using System.Net.Sockets;
using System.Text;
using MySql.Data.MySqlClient;
using Orrery.Storage.Sql;

namespace Orrery.Storage.MySql;

/// <summary>MySQL 8 and MariaDB 10.6 or later over MySql.Data, with its blocking calls: its asynchronous ones ignore cancellation and hang with a command time-out.</summary>
sealed class MySqlDialect : LiteralDialect
{
    const string SchemaLock = "orrery_schema";

    public override string Name => "MySQL";

    public override int StatementRowsLimit => 5000;

    /// <summary>Half of what servers take at least (max_allowed_packet, 16 MiB by default in MariaDB) when written in hexadecimal. A larger value is a statement of its own.</summary>
    public override long StatementBytesLimit => 3 << 20;

    public override IsolationLevel ReadIsolation => IsolationLevel.RepeatableRead;

    public override DbConnection CreateConnection(string connectionString, TimeSpan connectTimeout) => new MySqlConnection(new MySqlConnectionStringBuilder(connectionString)
    {
        Pooling = false,
        ConnectionTimeout = (uint)Math.Max(1, Math.Ceiling(connectTimeout.TotalSeconds)),
    }.ConnectionString);

    public override void Prepare(SqlSession session)
    {
        // Names are compared by code point, backslashes in the statements' texts mean nothing, and a value that does not fit is an error.
        // MariaDB ends the transaction of a process that stands still in its middle, so that its successor gets at the rows; MySQL has no such setting.
        session.Execute($"SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES,NO_ENGINE_SUBSTITUTION', SESSION innodb_lock_wait_timeout = 5 /*M! , SESSION idle_transaction_timeout = 3 */");
        var flush = session.Query($"SELECT CAST(@@GLOBAL.innodb_flush_log_at_trx_commit AS CHAR)", reader => reader.GetString(0))[0];
        if (flush != "1")
        {
            throw new StoreException(
                $"{Name} {Describe(session.Connection.ConnectionString)} cannot be used as it is: innodb_flush_log_at_trx_commit is {flush}: set it to 1 (SET GLOBAL, and in my.cnf), otherwise a crash of the machine loses changes that were acknowledged.",
                isOutcomeKnown: true);
        }
    }

    public override void Update(SqlSession session, SqlRows rows, params string[] columns)
    {
        // The rows are there and locked: each insertion meets its row and becomes an update. The name for the new values is understood by both servers.
        var set = string.Join(", ", columns.Select(column => $"{column} = VALUES({column})"));
        Run(session, rows, rows.Table.Columns, (names, values) => $"INSERT INTO {rows.Table.Name} ({names}) VALUES {values} ON DUPLICATE KEY UPDATE {set}");
    }

    public override void Upsert(SqlSession session, SqlRows rows) =>
        Update(session, rows, [.. rows.Table.Columns.Skip(rows.Table.KeyLength).Select(column => column.Name)]);

    public override void Delete(SqlSession session, SqlTable table, IReadOnlyList<object?[]> keys)
    {
        if (keys.Count == 0) return;
        SqlColumn[] columns = [.. table.Key];
        using var command = session.CreateCommand();
        command.CommandText = $"DELETE FROM {table.Name} WHERE ({string.Join(", ", columns.Select(column => column.Name))}) IN ({Values(columns, [.. Enumerable.Range(0, columns.Length)], keys)})";
        session.ExecuteCommand(command);
    }

    public override string CreateTable(SqlTable table)
    {
        var columns = table.Columns.Select(column => $"{column.Name} {TypeOf(column.Type)}{(column.IsNullable ? " NULL" : " NOT NULL")}");
        return $"CREATE TABLE IF NOT EXISTS {table.Name} ({string.Join(", ", columns)}, PRIMARY KEY ({string.Join(", ", table.Key.Select(column => column.Name))}){Indexes(table)}) "
            + "ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT = DYNAMIC";
    }

    /// <summary>Indexes come with their table: this server has no way to add one only where it is missing that both kinds understand.</summary>
    public override string CreateIndex(SqlTable table, params string[] columns) => "DO 0";

    public override FormattableString CountTables(string name) => $"SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = {name}";

    public override bool TryLockSchema(SqlSession session, int timeoutSeconds) =>
        session.Query($"SELECT GET_LOCK(CONCAT(DATABASE(), '.', {SchemaLock}), {timeoutSeconds})", reader => !reader.IsDBNull(0) && Convert.ToInt64(reader.GetValue(0)) == 1)[0];

    public override void UnlockSchema(SqlSession session) => session.Query($"SELECT RELEASE_LOCK(CONCAT(DATABASE(), '.', {SchemaLock}))", _ => 0);

    public override SqlFault FaultOf(Exception error) => error switch
    {
        // The driver hands on what went wrong while connecting inside of another error.
        MySqlException { Number: 0, InnerException: MySqlException inner } => FaultOf(inner),
        MySqlException { Number: 1062 } => SqlFault.Duplicate,
        MySqlException { Number: 1205 or 1213 or 1020 } => SqlFault.Conflict,
        MySqlException { Number: 1044 or 1045 or 1049 or 1142 or 1227 or 1698 } => SqlFault.Refused,
        // No server, too many connections, shutting down, killed, gone.
        MySqlException { Number: 0 or 1040 or 1042 or 1053 or 1077 or 1079 or 1152 or 1158 or 1159 or 1160 or 1161 or 1203 or 1317 or 1927 or 2002 or 2003 or 2006 or 2013 or 3024 or 1969 } => SqlFault.Unavailable,
        MySqlException => SqlFault.Other,
        SocketException or IOException and not StoreException or TimeoutException => SqlFault.Unavailable,
        _ => SqlFault.Other,
    };

    public override string Advice(Exception error) => error switch
    {
        MySqlException { Number: 0, InnerException: MySqlException inner } => Advice(inner),
        MySqlException { Number: 1045 or 1698 } => "Check the user and the password of the connection.",
        MySqlException { Number: 1049 } => "Make the database first (CREATE DATABASE), or name another one in the connection.",
        MySqlException { Number: 1044 or 1142 or 1227 } => "Grant the user the right to make tables in this database, or to use those that are there.",
        MySqlException { Number: 1153 or 1301 } => "Raise the server's max_allowed_packet: a value takes twice its size on its way.",
        _ when FaultOf(error) == SqlFault.Unavailable => "Check that the server runs and that its host and port are right.",
        _ => "",
    };

    public override string Describe(string connectionString)
    {
        var builder = new MySqlConnectionStringBuilder(connectionString);
        return $"'{builder.Database}' at {builder.Server}:{builder.Port}";
    }

    protected override string BytesLiteral(byte[] value) => value.Length == 0 ? "''" : $"0x{Convert.ToHexString(value)}";

    protected override string TextLiteral(SqlType type, string value) => value.Length == 0 ? "''" : $"_utf8mb4 0x{Convert.ToHexString(Encoding.UTF8.GetBytes(value))}";

    static string TypeOf(SqlType type) => type switch
    {
        SqlType.Id => $"BINARY({SqlId.Bytes})",
        SqlType.Blob => "LONGBLOB",
        SqlType.Long => "BIGINT",
        SqlType.ShortText => "VARCHAR(200)",
        _ => "LONGTEXT",
    };

    static string Indexes(SqlTable table) => string.Concat(SqlTables.IndexesOf(table).Select(columns => $", INDEX {IndexName(table, columns)} ({string.Join(", ", columns)})"));
}
