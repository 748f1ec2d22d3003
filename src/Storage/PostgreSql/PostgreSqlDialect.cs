using System.Data;
using System.Data.Common;
using System.Net.Sockets;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using Orrery.Storage.Sql;

namespace Orrery.Storage.PostgreSql;

/// <summary>PostgreSQL over Npgsql. Rows travel as one array per column, so that a statement's text does not depend on how many there are.</summary>
sealed class PostgreSqlDialect : SqlDialect
{
    /// <summary>"orrery" in ASCII: the key of the advisory lock on the schema.</summary>
    const long SchemaLock = 0x6f7272657279;

    public override string Name => "PostgreSQL";

    public override int StatementRowsLimit => 10_000;

    public override long StatementBytesLimit => 32 << 20;

    public override IsolationLevel ReadIsolation => IsolationLevel.RepeatableRead;

    public override DbConnection CreateConnection(string connectionString, TimeSpan connectTimeout)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = Math.Max(1, (int)Math.Ceiling(connectTimeout.TotalSeconds)) };
        builder.ApplicationName ??= "orrery";
        return new NpgsqlConnection(builder.ConnectionString);
    }

    public override void Prepare(SqlSession session)
    {
        // What the server has acknowledged must be on its disk, whatever its own default says.
        // A process that stands still in the middle of a transaction must not keep its rows locked: its successor waits for them.
        session.Execute($"SET synchronous_commit = on; SET idle_in_transaction_session_timeout = '3s'");
    }

    public override void Render(DbCommand command, FormattableString statement)
    {
        var arguments = new object[statement.ArgumentCount];
        for (var index = 0; index < arguments.Length; index++)
        {
            arguments[index] = statement.GetArgument(index) switch
            {
                SqlRaw raw => raw.Text,
                SqlList { Values: long[] values } => $"= ANY({Add(command, values, NpgsqlDbType.Array | NpgsqlDbType.Bigint)})",
                SqlList { Values: var values } => $"= ANY({Add(command, values, NpgsqlDbType.Array | NpgsqlDbType.Bytea)})",
                string text => Add(command, text, NpgsqlDbType.Text),
                byte[] bytes => Add(command, bytes, NpgsqlDbType.Bytea),
                long or int => Add(command, Convert.ToInt64(statement.GetArgument(index)), NpgsqlDbType.Bigint),
                var other => throw new ArgumentException($"A value of type {other?.GetType().Name ?? "null"} cannot be put into a statement."),
            };
        }

        command.CommandText = string.Format(null, statement.Format, arguments);
    }

    public override void Insert(SqlSession session, SqlRows rows) =>
        Run(session, rows, rows.Table.Columns, (names, from) => $"INSERT INTO {rows.Table.Name} ({names}) SELECT {names} FROM {from}");

    public override void Update(SqlSession session, SqlRows rows, params string[] columns)
    {
        var used = rows.Table.Columns.Where(column => columns.Contains(column.Name) || rows.Table.Key.Contains(column)).ToArray();
        var set = string.Join(", ", columns.Select(column => $"{column} = v.{column}"));
        var on = string.Join(" AND ", rows.Table.Key.Select(column => $"t.{column.Name} = v.{column.Name}"));
        Run(session, rows, used, (_, from) => $"UPDATE {rows.Table.Name} t SET {set} FROM {from} WHERE {on}");
    }

    public override void Upsert(SqlSession session, SqlRows rows)
    {
        var key = string.Join(", ", rows.Table.Key.Select(column => column.Name));
        var set = string.Join(", ", rows.Table.Columns.Skip(rows.Table.KeyLength).Select(column => $"{column.Name} = excluded.{column.Name}"));
        Run(session, rows, rows.Table.Columns, (names, from) => $"INSERT INTO {rows.Table.Name} ({names}) SELECT {names} FROM {from} ON CONFLICT ({key}) DO UPDATE SET {set}");
    }

    public override void Delete(SqlSession session, SqlTable table, IReadOnlyList<object?[]> keys)
    {
        if (keys.Count == 0) return;
        var on = string.Join(" AND ", table.Key.Select(column => $"t.{column.Name} = v.{column.Name}"));
        using var command = session.CreateCommand();
        command.CommandText = $"DELETE FROM {table.Name} t USING {Unnest(command, [.. table.Key], [.. Enumerable.Range(0, table.KeyLength)], keys)} WHERE {on}";
        session.ExecuteCommand(command);
    }

    public override string CreateTable(SqlTable table)
    {
        var columns = table.Columns.Select(column => $"{column.Name} {TypeOf(column.Type)}{(column.IsNullable ? "" : " NOT NULL")}");
        return $"CREATE TABLE IF NOT EXISTS {table.Name} ({string.Join(", ", columns)}, PRIMARY KEY ({string.Join(", ", table.Key.Select(column => column.Name))}))";
    }

    public override string CreateIndex(SqlTable table, params string[] columns) =>
        $"CREATE INDEX IF NOT EXISTS {IndexName(table, columns)} ON {table.Name} ({string.Join(", ", columns)})";

    public override FormattableString CountTables(string name) => $"SELECT count(*) FROM pg_class WHERE oid = to_regclass({name})";

    public override bool TryLockSchema(SqlSession session, int timeoutSeconds)
    {
        session.Execute($"SET LOCAL lock_timeout = {new SqlRaw($"{timeoutSeconds}000")}");
        session.Query($"SELECT 1 FROM pg_advisory_xact_lock({SchemaLock})", _ => 0);
        return true;
    }

    public override SqlFault FaultOf(Exception error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } => SqlFault.Duplicate,
        PostgresException { SqlState: "40001" or "40P01" or "55P03" } => SqlFault.Conflict,
        // The classes: connection, resources, intervention (as a shutdown); and a statement or a transaction that was cut off by its time-out.
        PostgresException { SqlState: ['0', '8', ..] or ['5', '3', ..] or "57P01" or "57P02" or "57P03" or "57P05" or "57014" or "25P03" } => SqlFault.Unavailable,
        PostgresException { SqlState: ['2', '8', ..] or "3D000" or "42501" } => SqlFault.Refused,
        PostgresException => SqlFault.Other,
        NpgsqlException or SocketException or IOException or TimeoutException => SqlFault.Unavailable,
        _ => SqlFault.Other,
    };

    public override string Advice(Exception error) => error switch
    {
        PostgresException { SqlState: ['2', '8', ..] } => "Check the user and the password of the connection, and the server's pg_hba.conf.",
        PostgresException { SqlState: "3D000" } => "Make the database first (CREATE DATABASE), or name another one in the connection.",
        PostgresException { SqlState: "42501" } => "Grant the user the right to make tables in this database's schema, or to use those that are there.",
        PostgresException => "",
        _ when FaultOf(error) == SqlFault.Unavailable => "Check that the server runs and that its host and port are right.",
        _ => "",
    };

    public override string Describe(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        return $"'{builder.Database ?? builder.Username}' at {builder.Host}:{builder.Port}";
    }

    static string TypeOf(SqlType type) => type switch
    {
        SqlType.Id or SqlType.Blob => "bytea",
        SqlType.Long => "bigint",
        _ => "text COLLATE \"C\"",
    };

    static void Run(SqlSession session, SqlRows rows, SqlColumn[] columns, Func<string, string, string> makeText)
    {
        var places = columns.Select(column => Array.IndexOf(rows.Table.Columns, column)).ToArray();
        foreach (var piece in rows.Pieces(session.Dialect.StatementRowsLimit, session.Dialect.StatementBytesLimit))
        {
            using var command = session.CreateCommand();
            command.CommandText = makeText(string.Join(", ", columns.Select(column => column.Name)), Unnest(command, columns, places, piece));
            session.ExecuteCommand(command);
        }
    }

    static string Unnest(DbCommand command, SqlColumn[] columns, int[] places, IReadOnlyList<object?[]> rows)
    {
        var text = new StringBuilder("unnest(");
        for (var column = 0; column < columns.Length; column++)
        {
            var place = places[column];
            var parameter = columns[column].Type switch
            {
                SqlType.Id or SqlType.Blob => Add(command, Collect<byte[]?>(rows, place), NpgsqlDbType.Array | NpgsqlDbType.Bytea),
                SqlType.Long => Add(command, Collect<long?>(rows, place), NpgsqlDbType.Array | NpgsqlDbType.Bigint),
                _ => Add(command, Collect<string?>(rows, place), NpgsqlDbType.Array | NpgsqlDbType.Text),
            };
            text.Append(column > 0 ? ", " : "").Append(parameter);
        }

        return text.Append(") AS v(").AppendJoin(", ", columns.Select(column => column.Name)).Append(')').ToString();
    }

    static T[] Collect<T>(IReadOnlyList<object?[]> rows, int place)
    {
        var values = new T[rows.Count];
        for (var row = 0; row < values.Length; row++) values[row] = (T)rows[row][place]!;
        return values;
    }

    static string Add(DbCommand command, object value, NpgsqlDbType type)
    {
        var name = $"@p{command.Parameters.Count}";
        command.Parameters.Add(new NpgsqlParameter(name, type) { Value = value });
        return name;
    }
}
