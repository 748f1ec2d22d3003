using System.Data.Common;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Grains.Sql.Running;
using Orrery.Sql.Catalogs;

namespace Orrery.Grains.Sql.Sinks;

/// <summary>
/// A table of PostgreSQL, MySQL/MariaDB, SQL Server or SQLite. Epochs' rows and the last one's number are written in one transaction: the row of <c>orrery_sinks</c> is moved to (term, epoch) only if it
/// stands before the first of them and under no later term; so an epoch is in the table once, whoever writes it, with whichever others, and however often.
/// </summary>
sealed class DatabaseSink(Relation relation, IDialect dialect, string connection, string table, long id) : IJoiningSink
{
    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);
    const int BatchRows = 1_000;

    IDatabase? database;
    SinkTarget target = null!;
    Task writing = Task.CompletedTask;
    long attempts;

    public async Task WriteAsync(IReadOnlyList<SinkChanges> epochs, int term, CancellationToken cancellationToken)
    {
        // A write that was given up may still wait for the server; its connection is its own until it ends. What it still writes are these epochs, under its term or an earlier one: they are there once.
        await writing.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        cancellationToken.ThrowIfCancellationRequested();
        // On a thread of its own: many sinks that wait for their servers at once would leave the pool none for anybody else.
        writing = Task.Factory.StartNew(() => Write(epochs, term, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await writing.WaitAsync(cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        // Closed behind the last write, without waiting for a server that does not answer.
        _ = writing.ContinueWith(_ => Close(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return ValueTask.CompletedTask;
    }

    void Write(IReadOnlyList<SinkChanges> epochs, int term, CancellationToken cancellationToken)
    {
        try
        {
            IDatabase into = database ??= Open();
            using DatabaseTransaction transaction = into.Begin();
            IReadOnlyList<SinkChanges> left = target.Advance(into, term, epochs, ++attempts);
            if (left.Count == 0)
                return;
            Put(into, left, cancellationToken);
            transaction.Commit();
        }
        catch (Exception fault)
        {
            // A connection that failed is of no use for the next try.
            Close();
            if (fault is DbException && IsRefusal(fault))
                throw new SinkException(
                    $"{fault.Message} The user of the connection must be allowed to select, insert, update and delete in {table}, to select, insert and update in {SinkTarget.MarkerTable}, and to make temporary tables.", fault);
            throw;
        }
    }

    void Put(IDatabase into, IReadOnlyList<SinkChanges> epochs, CancellationToken cancellationToken)
    {
        IEnumerable<(object?[] Values, int Weight)> rows = epochs.SelectMany(static epoch => epoch.Rows);
        if (relation.PrimaryKey.Count == 0)
        {
            if (rows.Any(static row => row.Weight < 0))
                throw new SinkException($"Rows of {epochs[0].Insert} went away or changed, and {relation.Name} has no primary key by which to find them. Drop it and make it with a PRIMARY KEY (...) NOT ENFORCED.");
            into.Insert(target.Table, Batches(rows.SelectMany(static row => Enumerable.Repeat(row.Values, row.Weight))), cancellationToken);
            return;
        }

        KeyedChanges keyed = KeyedChanges.Of(relation, rows);
        // A key with a NULL where the table takes none was never in it: its row was refused, and went before this try.
        int[] required = [.. relation.PrimaryKey.Where(place => !target.Table.Column(relation.Schema[place].Name).Nullable)];
        object?[][] deletes = [.. keyed.Deletes.Where(row => required.All(place => row[place] is not null))];
        if (deletes.Length > 0)
            into.Delete(target.Table, Batches(deletes), cancellationToken);
        if (keyed.Upserts.Count > 0)
            into.Upsert(target.Table, Batches(keyed.Upserts), cancellationToken);
    }

    IDatabase Open()
    {
        IDatabase opened = dialect.Open(connection, ConnectTimeout);
        try
        {
            target = SinkTarget.Open(opened, relation, table, id);
            target.BeginMarker(opened);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    void Close()
    {
        IDatabase? closed = database;
        database = null;
        try
        {
            closed?.Dispose();
        }
        catch (DbException)
        {
            // It is gone already.
        }
    }

    IEnumerable<RowBatch> Batches(IEnumerable<object?[]> rows)
    {
        var batch = new RowBatch(target.Rows);
        foreach (object?[] row in rows)
        {
            SinkTypes.Add(batch, row, relation.Schema);
            if (batch.Count < BatchRows)
                continue;
            yield return batch;
            batch.RowsBefore += batch.Count;
            batch.Clear();
        }

        if (batch.Count > 0)
            yield return batch;
    }

    /// <summary>Whether the server said that the user may not. Each engine has numbers of its own for it, and all say so in words.</summary>
    static bool IsRefusal(Exception fault) => fault.Message.Contains("denied", StringComparison.OrdinalIgnoreCase) || fault.Message.Contains("permission", StringComparison.OrdinalIgnoreCase);
}
