using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.Messages;
using Orrery.Connectors.Rows;
using Orrery.Interfaces.Ledger;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Channels.Sources;

/// <summary>
/// Cuts a batch of changes into one encoded batch for each partition, by the hash of the key. A change of the key itself becomes a delete of the old key and an insert of the
/// new one, each in its own key's partition. Statements that concern a whole table go to every partition, so that each reader meets them in order.
/// Timestamps never go back: one that would is raised to the newest given. What a partition has already is left out.
/// <para>For those who read the topic as canal's it writes flat messages instead, in the partition of the rows' keys, changes of a key as two as well: rows of one event, table and kind that
/// go to one partition share a message, up to a bound. A message is a record, for receipts too, and has the key of its first row. Statements go to the partition of the empty key.</para>
/// </summary>
/// <param name="partitions">Of the topic.</param>
/// <param name="windowSeconds">Length of the ledger's windows.</param>
/// <param name="canal">Writes flat messages; null: compact changes.</param>
sealed class ChangeSplitter(int partitions, int windowSeconds, CanalWriter? canal = null)
{
    readonly LogBatchEncoder[] encoders = [.. Enumerable.Range(0, partitions).Select(_ => new LogBatchEncoder())];
    readonly Dictionary<long, Receipt>[] windows = [.. Enumerable.Range(0, partitions).Select(_ => new Dictionary<long, Receipt>())];
    readonly WindowSum[] sums = new WindowSum[partitions];
    readonly RowWriter oldKey = new(256), value = new(1024);
    readonly ChangeBatch parted = new();
    readonly long[] taken = new long[partitions];

    /// <summary>Says up to which sequence each partition has what the source gave.</summary>
    public void Know(ReadOnlySpan<long> lastSequences) => lastSequences.CopyTo(taken);

    /// <summary>Cuts a batch. The answer's encoders hold until the next call.</summary>
    /// <param name="batch">What the source read.</param>
    /// <param name="checkpoint">Where the source stood before it.</param>
    /// <param name="newestMilliseconds">The newest timestamp given so far.</param>
    public SourceIntent Split(ChangeBatch batch, string checkpoint, long newestMilliseconds)
    {
        foreach (LogBatchEncoder encoder in encoders) encoder.Reset();
        for (int partition = 0; partition < partitions; partition++)
        {
            windows[partition].Clear();
            sums[partition] = default;
        }

        long newest = canal is null ? AddChanges(batch, newestMilliseconds) : AddMessages(batch, newestMilliseconds);
        var parts = new List<PartitionIntent>(partitions);
        for (int partition = 0; partition < partitions; partition++)
            if (encoders[partition].Records > 0)
            {
                Keep(partition);
                parts.Add(new PartitionIntent(partition, new Dictionary<long, Receipt>(windows[partition])));
            }

        return new SourceIntent(batch.EndSequence, CheckpointChange.Of(checkpoint, batch.Checkpoint), newest, [.. parts]);
    }

    /// <summary>A partition's batch, to be appended.</summary>
    public byte[] Encoded(int partition, LogProducer producer) => encoders[partition].Finish(producer).ToArray();

    long AddChanges(ChangeBatch batch, long newest)
    {
        foreach (ref readonly ChangeEntry entry in batch.Entries)
        {
            newest = Math.Max(newest, entry.TimestampMilliseconds);
            if (entry.Kind is ChangeKind.Schema or ChangeKind.Truncate or ChangeKind.Marker)
                for (int partition = 0; partition < partitions; partition++)
                    Add(partition, entry.Sequence, [], batch.ValueOf(entry).Span, newest);
            else if (entry.Kind == ChangeKind.Update)
                AddUpdate(batch, entry, newest);
            else
                Add(entry.Sequence, batch.KeyOf(entry).Span, batch.ValueOf(entry).Span, newest);
        }

        return newest;
    }

    long AddMessages(ChangeBatch given, long newest)
    {
        ChangeBatch batch = WithKeysParted(given);
        canal!.Write(batch, batch.EndSequence, partitions, entry => TopicPartitioner.PartitionOf(batch.KeyOf(entry).Span, partitions), (message, rows, partition) =>
        {
            ChangeEntry entry = batch.Entries[rows[0]];
            newest = Math.Max(newest, entry.TimestampMilliseconds);
            Add(partition, entry.Sequence, batch.KeyOf(entry).Span, message.Span, newest);
        });
        return newest;
    }

    void AddUpdate(ChangeBatch batch, in ChangeEntry entry, long milliseconds)
    {
        ReadOnlySpan<byte> key = batch.KeyOf(entry).Span;
        var change = new ChangeReader(batch.ValueOf(entry).Span);
        if (!HasOtherKey(batch, entry, change))
        {
            Add(entry.Sequence, key, batch.ValueOf(entry).Span, milliseconds);
            return;
        }

        value.Clear();
        ChangeWriter.BeginChange(value, ChangeKind.Delete, change.Fingerprint, change.Sequence, change.Row);
        value.Append(change.Before);
        Add(entry.Sequence, oldKey.Written, value.Written, milliseconds);
        value.Clear();
        ChangeWriter.BeginChange(value, ChangeKind.Insert, change.Fingerprint, change.Sequence, change.Row);
        value.Append(change.After);
        Add(entry.Sequence, key, value.Written, milliseconds);
    }

    /// <summary>Whether an update changes its row's key. The key before is in <see cref="oldKey"/> then.</summary>
    bool HasOtherKey(ChangeBatch batch, in ChangeEntry entry, in ChangeReader change)
    {
        TableSchema schema = batch.Schemas[entry.Schema];
        if (schema.KeyColumns.Count == 0)
            return false;
        oldKey.Clear();
        ChangeWriter.WriteKey(oldKey, schema, change.Before);
        return !batch.KeyOf(entry).Span.SequenceEqual(oldKey.Written);
    }

    /// <summary>The batch with each change of a key as a delete and an insert behind it; the same one where no key changes.</summary>
    ChangeBatch WithKeysParted(ChangeBatch batch)
    {
        bool isParted = false;
        for (int index = 0; index < batch.Count; index++)
        {
            ChangeEntry entry = batch.Entries[index];
            bool moves = entry.Kind == ChangeKind.Update && HasOtherKey(batch, entry, new ChangeReader(batch.ValueOf(entry).Span));
            if (moves && !isParted)
            {
                isParted = true;
                parted.Clear();
                parted.EndSequence = batch.EndSequence;
                for (int before = 0; before < index; before++)
                    Copy(batch, batch.Entries[before]);
            }

            if (!isParted)
                continue;
            if (!moves)
            {
                Copy(batch, entry);
                continue;
            }

            var change = new ChangeReader(batch.ValueOf(entry).Span);
            TableSchema schema = batch.Schemas[entry.Schema];
            parted.AddRow(ChangeKind.Delete, schema, entry.TimestampMilliseconds, entry.Sequence, change.Row, default, change.Before);
            parted.AddRow(ChangeKind.Insert, schema, entry.TimestampMilliseconds, entry.Sequence, change.Row, change.After);
        }

        return isParted ? parted : batch;
    }

    void Copy(ChangeBatch batch, in ChangeEntry entry)
    {
        int start = parted.Bytes.Position;
        parted.Bytes.Append(batch.ValueOf(entry).Span);
        int keyStart = parted.Bytes.Position;
        parted.Bytes.Append(batch.KeyOf(entry).Span);
        parted.Add(entry with
        {
            Schema = entry.Schema < 0 ? -1 : parted.IndexOf(batch.Schemas[entry.Schema]), ValueStart = start, KeyStart = keyStart,
        });
    }

    void Add(long sequence, ReadOnlySpan<byte> key, ReadOnlySpan<byte> content, long milliseconds) =>
        Add(TopicPartitioner.PartitionOf(key, partitions), sequence, key, content, milliseconds);

    void Add(int partition, long sequence, ReadOnlySpan<byte> key, ReadOnlySpan<byte> content, long milliseconds)
    {
        if (sequence <= taken[partition]) return;
        LogBatchEncoder encoder = encoders[partition];
        ref WindowSum sum = ref sums[partition];
        long stamp = milliseconds == sum.Milliseconds && sum.Any ? sum.Stamp : LedgerKeys.Stamp(milliseconds, windowSeconds);
        if (!sum.Any || stamp != sum.Stamp)
        {
            if (sum.Any) Keep(partition);
            sum = new WindowSum { Any = true, Stamp = stamp, Before = encoder.Receipt };
        }

        sum.Milliseconds = milliseconds;
        encoder.Add(key, content, milliseconds);
    }

    /// <summary>What was encoded since the window began is the encoder's receipt, less what it was then.</summary>
    void Keep(int partition)
    {
        ref readonly WindowSum sum = ref sums[partition];
        LogReceipt all = encoders[partition].Receipt;
        long begin = LedgerKeys.BeginsAt(sum.Stamp, windowSeconds);
        var receipt = new Receipt(
            all.Records - sum.Before.Records, all.Bytes - sum.Before.Bytes, unchecked(all.Hash - sum.Before.Hash), begin, Math.Max(begin, sum.Milliseconds));
        if (receipt.Records > 0)
            windows[partition][sum.Stamp] = windows[partition].GetValueOrDefault(sum.Stamp, Receipt.Empty) + receipt;
    }

    struct WindowSum
    {
        public bool Any;
        public long Stamp, Milliseconds;
        public LogReceipt Before;
    }
}
