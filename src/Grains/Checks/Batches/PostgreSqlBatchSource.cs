using Npgsql;

namespace Orrery.Grains.Checks.Batches;

/// <summary>PostgreSQL. A picture's place in its log is not told, but where a slot is made with it.</summary>
sealed class PostgreSqlBatchSource : SqlBatchSource
{
    PostgreSqlBatchSource(NpgsqlConnection connection, BatchPlan plan, TimeSpan timeout, CancellationToken cancellationToken)
        : base(connection, plan, new BatchText(isMySql: false), timeout, cancellationToken)
    {
    }

    /// <exception cref="NpgsqlException">It cannot be reached, or refuses.</exception>
    /// <exception cref="ArgumentException">The connection cannot be read.</exception>
    public static PostgreSqlBatchSource Open(string connectionText, BatchPlan plan, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionText) { Pooling = false };
        var connection = new NpgsqlConnection(builder.ConnectionString);
        try
        {
            connection.Open();
            var source = new PostgreSqlBatchSource(connection, plan, timeout, cancellationToken);
            source.Run("SET TIME ZONE 'UTC'; SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            return source;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    protected override string TableName(string name) => $"pg_temp.{name}";

    protected override void Drop(string table)
    {
        // It goes with the transaction in which it was made.
    }

    protected override BatchPosition? BeginPicture()
    {
        Run("ROLLBACK; BEGIN");
        return null;
    }

    /// <summary>A query that is refused ends the transaction, but for what came before its savepoint.</summary>
    protected override void Make(string table, string rows)
    {
        Run("SAVEPOINT view");
        try
        {
            Run($"CREATE TEMPORARY TABLE {table.Split('.')[1]} AS {rows}");
            Run("RELEASE SAVEPOINT view");
        }
        catch (PostgresException)
        {
            Run("ROLLBACK TO SAVEPOINT view");
            throw;
        }
    }
}
