using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using MySql.Data.MySqlClient;
using Npgsql;

namespace Orrery.Jobs.Running;

/// <summary>Tells errors that go away by themselves (a connection that broke, a server that starts, a deadlock) from those that do not.</summary>
static class Outage
{
    public static bool IsPassing(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            switch (error)
            {
                case Remote.RemoteDatabaseException remote: return remote.IsPassing;
                case PostgresException postgres: return postgres.IsTransient || postgres.SqlState is "57P01" or "57P02" or "57P03" or "57P05" or "25P03" or "40001" or "40P01" or "55P03" || postgres.SqlState.StartsWith("08", StringComparison.Ordinal) || postgres.SqlState.StartsWith("53", StringComparison.Ordinal);
                case NpgsqlException { IsTransient: true }: return true;
                case GivenUpException: return false;
                // Broken and killed connections, servers that go, start or are full, lock waits, deadlocks.
                case MySqlException mysql when mysql.Number is 3 or 1021 or 1026 or 1114 or 1040 or 1042 or 1043 or 1053 or 1077 or 1079 or 1152 or (>= 1158 and <= 1161) or 1184 or 1205 or 1213 or 1317 or 1927 or 2002 or 2003 or 2006 or 2013 or 2055 or 3024 or 4031: return true;
                case MySqlException { Number: not 0 }: return false;
                case SqliteException sqlite: return sqlite.SqliteErrorCode is 5 or 6 or 13;
                case SqlException sql: return sql.IsTransient || sql.Number is -2 or 20 or 64 or 233 or 1205 or 10053 or 10054 or 10060 or 10061 or 40613;
                case SocketException or EndOfStreamException or TimeoutException: return true;
                case IOException when error.InnerException is null or SocketException: return true;
            }
        }

        return false;
    }

    /// <summary>Whether a disk is full: a person has to see to it, and what waits goes on then.</summary>
    public static bool IsFullDisk(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
            if (error is Remote.RemoteDatabaseException { IsFullDisk: true } or PostgresException { SqlState: "53100" } or MySqlException { Number: 3 or 1021 or 1026 or 1114 } or SqliteException { SqliteErrorCode: 13 })
                return true;
        return false;
    }

    /// <summary>A database refused one row's content: another row may be taken.</summary>
    public static bool IsOfRow(Exception error) => error switch
    {
        Connectors.Rows.ValueRangeException or Remote.RemoteDatabaseException { IsOfRow: true } => true,
        PostgresException postgres => postgres.SqlState.StartsWith("22", StringComparison.Ordinal) || postgres.SqlState.StartsWith("23", StringComparison.Ordinal),
        MySqlException mysql => mysql.Number is 1048 or 1062 or 1264 or 1265 or 1292 or 1366 or 1406 or 1452 or 3140 or 3819 or 4025,
        SqliteException sqlite => sqlite.SqliteErrorCode == 19,
        SqlException sql => sql.Number is 515 or 547 or 2601 or 2627 or 2628 or 8152,
        DbException => false,
        _ => false,
    };
}
