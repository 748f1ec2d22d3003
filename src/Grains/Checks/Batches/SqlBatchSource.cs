using System.Data.Common;

namespace Orrery.Grains.Checks.Batches;

/// <summary>
/// What databases have in common: one transaction that only reads, over one picture. Each query is a single SELECT, which names all that it reads in its WITH: nothing is written, no row is locked, and the account needs to read
/// the tables, nothing more. (Temporary tables would be quicker where views share much; but what InnoDB copies into one it reads as of now, not as of the picture, and locks.)
/// </summary>
/// <param name="cancellationToken">Ends the statement that runs.</param>
abstract class SqlBatchSource(DbConnection connection, BatchPlan plan, BatchText text, TimeSpan timeout, CancellationToken cancellationToken) : IBatchSource
{
    public abstract BatchPosition? Begin();

    public abstract bool IsAnswer(DbException fault);

    public virtual void Read(BatchView view, Action<DbDataReader> row)
    {
        using DbCommand command = Command(text.Rows(plan, view));
        using CancellationTokenRegistration ends = cancellationToken.Register(command.Cancel);
        using DbDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            row(reader);
        }
    }

    public void Dispose() => connection.Dispose();

    protected void Run(string statement)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using DbCommand command = Command(statement);
        using CancellationTokenRegistration ends = cancellationToken.Register(command.Cancel);
        command.ExecuteNonQuery();
    }

    protected Dictionary<string, string> Pairs(string query)
    {
        using DbCommand command = Command(query);
        using DbDataReader reader = command.ExecuteReader();
        var pairs = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (reader.Read())
            pairs[reader.GetString(0)] = reader.GetString(1);
        return pairs;
    }

    DbCommand Command(string statement)
    {
        DbCommand command = connection.CreateCommand();
        command.CommandText = statement;
        command.CommandTimeout = (int)Math.Ceiling(timeout.TotalSeconds);
        return command;
    }
}
