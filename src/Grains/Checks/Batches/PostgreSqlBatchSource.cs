using System.Data.Common;
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
            source.Run("SET TIME ZONE 'UTC'");
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
        Run("ROLLBACK; BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
        return null;
    }

    /// <summary>A query that is refused ends the transaction, but for what came before its savepoint.</summary>
    public override void Read(BatchView view, Action<DbDataReader> row)
    {
        Run("SAVEPOINT result");
        try
        {
            base.Read(view, row);
        }
        catch (PostgresException)
        {
            Run("ROLLBACK TO SAVEPOINT result");
            throw;
        }
    }

    public override bool IsAnswer(DbException fault) => fault is PostgresException { Severity: "ERROR" };
}
