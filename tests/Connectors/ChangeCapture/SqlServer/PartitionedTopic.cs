using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.Rows;
using Orrery.Connectors.Tests.ChangeCapture.PostgreSql;

namespace Orrery.Connectors.Tests.ChangeCapture.SqlServer;

/// <summary>
/// What a channel does with a source's batches: each goes to several partitions, of which a crash may leave some without it; then it is read again from the checkpoint
/// before, and a partition leaves out what is not above the sequence that it has.
/// </summary>
sealed class PartitionedTopic(int partitions)
{
    readonly Fold[] folds = [.. Enumerable.Range(0, partitions).Select(_ => new Fold())];
    readonly long[] taken = [.. Enumerable.Repeat(long.MinValue, partitions)];
    long last = long.MinValue;

    public string Checkpoint { get; private set; } = "";

    public long Changes { get; private set; }

    /// <summary>Appends a batch; false where a crash came in between.</summary>
    public bool Append(ChangeBatch batch, Func<bool> crashes)
    {
        bool[] skips = [.. folds.Select(_ => crashes())];
        bool isWhole = !skips.Any(static skip => skip);
        long[] before = [.. taken];
        foreach (ChangeEntry entry in batch.Entries)
        {
            entry.Sequence.ShouldBeGreaterThan(last, "sequences rise");
            entry.Sequence.ShouldBe(batch.EndSequence, "a batch is one event");
            for (int partition = 0; partition < partitions; partition++)
            {
                if (skips[partition] || entry.Sequence <= before[partition] || (entry.KeyLength > 0 && PartitionOf(batch.KeyOf(entry).Span) != partition)) continue;
                var one = new ChangeBatch();
                TableSchema schema = batch.Schemas[entry.Schema];
                one.Bytes.Append(batch.ValueOf(entry).Span);
                one.Add(entry with { Schema = one.IndexOf(schema), ValueStart = 0, KeyStart = 0, KeyLength = 0 });
                folds[partition].Apply(one);
                taken[partition] = entry.Sequence;
                Changes++;
            }
        }

        if (!isWhole) return false;
        last = batch.EndSequence;
        Checkpoint = batch.Checkpoint;
        return true;
    }

    /// <summary>A table's rows in all partitions: key and value.</summary>
    public SortedDictionary<int, string> Rows(string table)
    {
        var rows = new SortedDictionary<int, string>();
        foreach (Fold fold in folds)
            foreach (Dictionary<string, string> row in fold[table].Values)
                rows.Add(int.Parse(row["id"], System.Globalization.CultureInfo.InvariantCulture), row["v"]);
        return rows;
    }

    int PartitionOf(ReadOnlySpan<byte> key)
    {
        int sum = 0;
        foreach (byte part in key) sum = (sum * 31 + part) & 0xFFFF;
        return sum % partitions;
    }
}
