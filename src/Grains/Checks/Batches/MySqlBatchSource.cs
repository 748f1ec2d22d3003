using System.Data.Common;
using System.Globalization;
using MySql.Data.MySqlClient;
using Orrery.Connectors.ChangeCapture.MySql;

namespace Orrery.Grains.Checks.Batches;

/// <summary>MariaDB, whose pictures tell their position of the binary log; and MySQL, which tells none.</summary>
sealed class MySqlBatchSource : SqlBatchSource
{
    MySqlBatchSource(MySqlConnection connection, BatchPlan plan, TimeSpan timeout, CancellationToken cancellationToken)
        : base(connection, plan, new BatchText(isMySql: true), timeout, cancellationToken)
    {
    }

    /// <exception cref="MySqlException">It cannot be reached, or refuses.</exception>
    /// <exception cref="ArgumentException">The connection cannot be read.</exception>
    public static MySqlBatchSource Open(string connectionText, BatchPlan plan, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var builder = new MySqlConnectionStringBuilder(connectionText) { Pooling = false, TreatTinyAsBoolean = false };
        var connection = new MySqlConnection(builder.ConnectionString);
        try
        {
            connection.Open();
            var source = new MySqlBatchSource(connection, plan, timeout, cancellationToken);
            bool isMariaDb = connection.ServerVersion.Contains("MariaDB", StringComparison.OrdinalIgnoreCase);
            source.Run("SET NAMES utf8mb4; SET SESSION sql_mode = 'PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES', time_zone = '+00:00'; SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            // Views have no indexes: their joins go by hashes.
            source.Run(isMariaDb
                ? string.Create(CultureInfo.InvariantCulture, $"SET SESSION join_cache_level = 8, max_statement_time = {timeout.TotalSeconds:F0}")
                : string.Create(CultureInfo.InvariantCulture, $"SET SESSION max_execution_time = {timeout.TotalMilliseconds:F0}"));
            return source;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public override BatchPosition? Begin()
    {
        Run("ROLLBACK; START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
        Dictionary<string, string> said = Pairs("SHOW STATUS LIKE 'binlog_snapshot_%'");
        if (said.GetValueOrDefault("Binlog_snapshot_file") is not { Length: > 0 } file || !long.TryParse(said.GetValueOrDefault("Binlog_snapshot_position"), CultureInfo.InvariantCulture, out long offset))
            return null;
        var position = new BinlogPosition(file, offset);
        // Rows that a channel read at this very place have sequences up to the next byte's.
        return new BatchPosition(position.ToString(), (position with { Offset = offset + 1 }).Sequence - 1);
    }

    /// <remarks>1927, 2006, 2013: the connection is gone.</remarks>
    public override bool IsAnswer(DbException fault) => fault is MySqlException { Number: > 0 and not (1927 or 2006 or 2013) };
}
