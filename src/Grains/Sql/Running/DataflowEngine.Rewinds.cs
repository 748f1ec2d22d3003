using Orrery.Dataflow.Graphs;
using Orrery.Grains.Sql.Journals;
using Orrery.Grains.Sql.Schemas;
using Orrery.Grains.Sql.Sources;

namespace Orrery.Grains.Sql.Running;

/// <summary>
/// Tables whose topic is read again. Such a table is another one from an epoch on, and so is what reads it: first it takes in the records up to where it was read before, in steps that nobody else sees; then its
/// readers are made over its rows as they are then; sinks hear how that differs from what they had.
/// </summary>
sealed partial class DataflowEngine
{
    /// <summary>Records of a partition in one step; the steps follow from offsets alone, so that whoever does the epoch again drops the same late rows.</summary>
    const int FillRecords = 20_000;

    readonly List<RejectedRecord> unreadable = [];

    /// <summary>What a table that is told to be read again takes in at once; null: it is not there, or is another one.</summary>
    /// <param name="definition">As it is to be.</param>
    /// <param name="topic">That it is read from.</param>
    /// <param name="from">By partition.</param>
    public RewoundTable? RewoundOf(SqlDefinition definition, string topic, long[] from)
    {
        if (!tables.TryGetValue(definition.Name, out SourceTable? table) || table.Topic != topic || Catalog.Find(definition.Name)?.Text != definition.Text)
            return null;
        OffsetRange[] ranges = [.. from.Select((start, number) => new OffsetRange(table.Name, number, start, number < table.Applied.Length ? table.Applied[number] : start)).Where(static range => range.From < range.To)];
        double share = Math.Min(1, options.RewindRecordsMax / Math.Max(1, ranges.Sum(static range => (double)(range.To - range.From))));
        return new RewoundTable(table.Name, definition.Rewound!.KeepsRows, [.. ranges.Select(range => range with { To = range.From + (long)((range.To - range.From) * share) }).Where(static range => range.From < range.To)]);
    }

    async Task FillAsync(string name, SchemaChange change, long epoch, long clock, CancellationToken cancellationToken)
    {
        OffsetRange[] ranges = [.. change.Fills.Where(range => range.Table == name)];
        if (ranges.Length == 0 || !tables.TryGetValue(name, out SourceTable? table))
            return;
        for (long done = 0; ranges.Any(range => range.From + done < range.To); done += FillRecords)
        {
            for (int index = 0; index < ranges.Length; index++)
            {
                (long from, long to) = (ranges[index].From + done, Math.Min(ranges[index].To, ranges[index].From + done + FillRecords));
                if (from < to && Reads(ranges[index].Partition))
                    await TakeAsync(table, index, ranges[index].Partition, from, to, clock, cancellationToken);
            }

            // At the clock of the step before: nothing else is due.
            if (parts is null)
                graph.Step(long.MinValue);
            else
                await parts.Step(NextRound(epoch), long.MinValue, cancellationToken);
            graph.EndStep();
        }

        foreach (OffsetRange range in ranges)
            table.Cursors[range.Partition].MoveTo(table.Applied[range.Partition] = range.To);
    }

    async Task TakeAsync(SourceTable table, int place, int number, long from, long to, long clock, CancellationToken cancellationToken)
    {
        order = (long)place << 40;
        await foreach (SourceSlice slice in table.Cursors[number].AgainAsync(from, to, cancellationToken))
        {
            await table.Decoder.PrepareAsync(slice);
            table.Target.BeginEpoch(clock);
            table.Decoder.Decode(slice, table.Target, (offset, record, reason) =>
            {
                table.Rejected++;
                if (unreadable.Count < LettersPerEpochMax)
                    unreadable.Add(new RejectedRecord(table.Name, number, offset, record, reason));
            });
            table.NewestMilliseconds = slice.NewestMilliseconds ?? table.NewestMilliseconds;
        }
    }

    /// <summary>Ends the reading of a table's topic; its rows stay.</summary>
    bool Close(string name)
    {
        EndSubscriptions();
        if (!tables.TryRemove(name, out SourceTable? table))
            return false;
        table.Dispose();
        return true;
    }
}

/// <param name="Table">Its name.</param>
/// <param name="KeepsRows">See <see cref="TableRewind.KeepsRows"/>.</param>
/// <param name="Fills">What it takes in at once.</param>
sealed record RewoundTable(string Table, bool KeepsRows, OffsetRange[] Fills);
