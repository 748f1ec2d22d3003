using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.Running;

/// <summary>
/// One channel of a migration: a connection to each side, chunk after chunk. A chunk's rows stream in bounded batches from one to the other and are committed with the chunk's token row. Where a side
/// goes away, both connections are made anew, the target is asked whether the chunk was committed, and else it is done again. Where the target refuses a row, the chunk is done again
/// carefully: what is refused is halved until single rows are left, and these are put aside.
/// </summary>
sealed class CopyChannel(Sides sides, MigrationOptions options, ChunkTokens tokens, RejectFile rejects, Throttle throttle, Counters counters) : IDisposable
{
    const int CarefulRows = 1000;

    IDatabase Target => sides.Target;

    /// <summary>Copies a chunk.</summary>
    /// <exception cref="RejectQuotaException">A row is refused, and no more may be put aside.</exception>
    /// <exception cref="TokenOverruledException">The job was started again elsewhere.</exception>
    public void Copy(TablePlan plan, string table, long number, KeyRange range, TableCounter counter, CancellationToken cancellationToken)
    {
        bool isRepeat = false;
        long bytesBefore = 0;
        ChunkCounter rowsOfChunk = counter.Open(number);
        sides.Retry($"Table {plan.Source.Name}", () =>
        {
            if (isRepeat && tokens.Find(Target, table, number) is { } done)
            {
                // Its commit was done and not answered: what was taken off again counts.
                rowsOfChunk.Add(done.Rows);
                counters.Add(done.Rows, bytesBefore);
                return;
            }

            isRepeat = true;
            long counted = 0, bytes = 0;
            try
            {
                throttle.WaitForChunk(() => CatalogQuery.Value(sides.Source, "SELECT 1"), cancellationToken);
                void Count(RowBatch batch)
                {
                    counted += batch.Count;
                    bytes += batch.Bytes;
                    rowsOfChunk.Add(batch.Count);
                    counters.Add(batch.Count, batch.Bytes);
                    throttle.Take(batch.Count, batch.Bytes, cancellationToken);
                }

                try
                {
                    Write(plan, table, number, range, Count, cancellationToken);
                }
                catch (Exception error) when (Outage.IsOfRow(error))
                {
                    if (rejects.Left <= 0) throw Refused(plan, error);
                    rowsOfChunk.Add(-counted);
                    counters.Add(-counted, -bytes);
                    counted = bytes = 0;
                    WriteCarefully(plan, table, number, range, Count, cancellationToken);
                }
            }
            catch
            {
                rowsOfChunk.Add(-counted);
                counters.Add(-counted, -bytes);
                bytesBefore = bytes;
                throw;
            }
        }, cancellationToken);
        counter.Close(number);
    }

    public void Dispose() => sides.Dispose();

    IEnumerable<RowBatch> Batches(TablePlan plan, KeyRange range, Action<RowBatch> count, CancellationToken cancellationToken)
    {
        IEnumerable<RowBatch> batches = sides.Source.Read(plan.Source, range, new ReadOptions { Columns = [.. plan.Columns.Select(pair => pair.Source)] }, cancellationToken);
        if (RenamedRows.AreNeeded(plan)) batches = RenamedRows.Of(batches, plan);
        foreach (RowBatch batch in batches)
        {
            count(batch);
            yield return batch;
        }
    }

    void Write(TablePlan plan, string table, long number, KeyRange range, Action<RowBatch> count, CancellationToken cancellationToken)
    {
        using DatabaseTransaction transaction = Target.Begin();
        if (plan.IsWhole) Target.Execute($"DELETE FROM {Target.Dialect.Quote(plan.Target.Name)}");
        long rows = Target.Insert(plan.Target, Batches(plan, range, count, cancellationToken), cancellationToken);
        tokens.Write(Target, transaction, new DoneChunk(table, number, rows, 0, range.After, range.UpTo));
        transaction.Commit();
    }

    void WriteCarefully(TablePlan plan, string table, long number, KeyRange range, Action<RowBatch> count, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        long rows = 0;
        using DatabaseTransaction transaction = Target.Begin();
        if (plan.IsWhole) Target.Execute($"DELETE FROM {Target.Dialect.Quote(plan.Target.Name)}");
        foreach (RowBatch batch in Batches(plan, range, count, cancellationToken))
            for (int first = 0; first < batch.Count; first += CarefulRows)
                rows += Halve(plan, batch, first, Math.Min(batch.Count, first + CarefulRows), lines, cancellationToken);
        tokens.Write(Target, transaction, new DoneChunk(table, number, rows, lines.Count, range.After, range.UpTo));
        transaction.Commit();
        rejects.Keep(lines);
    }

    long Halve(TablePlan plan, RowBatch batch, int first, int end, List<string> lines, CancellationToken cancellationToken)
    {
        var part = new RowBatch(batch.Schema) { RowsBefore = batch.RowsBefore + first };
        for (int row = first; row < end; row++) part.AddEncoded(batch[row]);
        Savepoint("SAVEPOINT orrery_row", "SAVE TRANSACTION orrery_row");
        Exception refused;
        try
        {
            return Target.Insert(plan.Target, [part], cancellationToken);
        }
        catch (Exception error) when (Outage.IsOfRow(error))
        {
            Savepoint("ROLLBACK TO SAVEPOINT orrery_row", "ROLLBACK TRANSACTION orrery_row");
            refused = error;
        }

        if (end - first == 1)
        {
            if (rejects.Left <= lines.Count) throw Refused(plan, refused);
            lines.Add(RejectFile.Line(plan.Source.Name.ToString(), batch.Schema, batch[first], refused.Message));
            return 0;
        }

        int middle = (first + end) / 2;
        return Halve(plan, batch, first, middle, lines, cancellationToken) + Halve(plan, batch, middle, end, lines, cancellationToken);
    }

    void Savepoint(string statement, string ofSqlServer) => Target.Execute(Target.Dialect.Engines[0] == "sqlserver" ? ofSqlServer : statement);

    RejectQuotaException Refused(TablePlan plan, Exception error) => new(options.RejectsMax == 0
        ? $"Table {plan.Source.Name}: {error.Message} To go on without such rows, let some be put aside: --rejects N --reject-file FILE; the same command goes on where it was."
        : $"Table {plan.Source.Name}: more than {options.RejectsMax} rows were refused, the last so: {error.Message} See the reject file; raise --rejects to go on.", error);
}
