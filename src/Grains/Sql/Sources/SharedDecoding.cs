using System.Runtime.CompilerServices;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.Messages;
using Orrery.Connectors.Rows;
using Orrery.Log;

namespace Orrery.Grains.Sql.Sources;

/// <summary>
/// Decodes what was read of a topic once for all tables over it: a message is parsed once, and each table takes only the changes of its own source table. <see cref="TopicReads"/> gives tables that stand at one place the
/// same batches; by these the decoded ones are found. They go when as many tables have taken them as there are, or with the batches. For any threads.
/// </summary>
/// <param name="messages">Reads messages; null: the values are compact changes.</param>
sealed class SharedDecoding(IChangeMessageReader? messages)
{
    readonly ConditionalWeakTable<IReadOnlyList<LogBatch>, DecodedBatches> known = [];
    readonly ChangeBatch batch = new();
    readonly Lock gate = new();
    int tables;

    public bool IsOfMessages => messages is not null;

    /// <summary>How many messages were parsed.</summary>
    public long Parsed { get; private set; }

    /// <summary>One more table takes what is decoded.</summary>
    public void Join()
    {
        lock (gate)
            tables++;
    }

    /// <summary>What the slice's batches hold. It must be given back.</summary>
    public DecodedBatches Take(SourceSlice slice)
    {
        lock (gate)
        {
            if (!known.TryGetValue(slice.Batches, out DecodedBatches? decoded))
                known.Add(slice.Batches, decoded = Decode(slice.Batches));
            decoded.Users++;
            return decoded;
        }
    }

    /// <param name="isDone">Whether the table has no more use for it.</param>
    public void GiveBack(SourceSlice slice, DecodedBatches decoded, bool isDone)
    {
        lock (gate)
        {
            decoded.Users--;
            decoded.Done += isDone ? 1 : 0;
            if (decoded.Users > 0 || decoded.Done < tables)
                return;
            known.Remove(slice.Batches);
            decoded.Return();
        }
    }

    DecodedBatches Decode(IReadOnlyList<LogBatch> batches)
    {
        var decoded = new DecodedBatches();
        batch.Clear();
        foreach (LogBatch each in batches)
        {
            LogBatch.Enumerator records = each.GetEnumerator();
            while (records.MoveNext())
            {
                if (records.Current.Value.IsEmpty)
                    continue;
                try
                {
                    Decode(records.Offset, records.Current, decoded);
                }
                catch (Exception fault) when (fault is MessageException or RowFormatException)
                {
                    decoded.AddProblem(records.Offset, fault.Message);
                }
            }
        }

        if (messages is not null)
            decoded.Keep(batch);
        return decoded;
    }

    void Decode(long offset, in LogRecord record, DecodedBatches decoded)
    {
        if (messages is null)
        {
            var change = new ChangeReader(record.Value.Span);
            if (change.Kind is not (ChangeKind.Marker or ChangeKind.Schema))
                decoded.Add(offset, decoded.IndexOf(change.Fingerprint), record.Value);
            return;
        }

        int first = batch.Count;
        Parsed++;
        messages.Read(new ChangeMessage(record.Key.Span, record.Value.Span, offset, record.TimestampMilliseconds), batch);
        foreach (ChangeEntry entry in batch.Entries[first..])
            if (entry.Schema >= 0)
                decoded.Add(offset, entry.Schema, entry.ValueStart, entry.ValueLength);
    }
}
