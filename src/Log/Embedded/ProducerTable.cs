using Orrery.Log.Format;

namespace Orrery.Log.Embedded;

/// <summary>
/// The last batch of each producer of a partition. What is appended counts at once, so that a retry that overtakes the disk is recognised; when a write fails, each
/// producer of it goes back to its last durable batch. Guarded by the partition's gate.
/// </summary>
sealed class ProducerTable(int limit, TimeSpan idleLimit)
{
    const int EvictionPart = 64; // of the limit at once, so that a full table is not sorted for every new producer

    readonly Dictionary<long, Entry> entries = [];

    public int Count => entries.Count;

    /// <summary>Whether an append repeats what the producer appended before; if so, where that is and when it is durable.</summary>
    public bool IsRepeat(in LogProducer producer, out long baseOffset, out Task durable)
    {
        baseOffset = -1;
        durable = Task.CompletedTask;
        if (producer.IsNone || !entries.TryGetValue(producer.Id, out var entry)) return false;
        var position = new LogProducerPosition(producer.Epoch, producer.Sequence);
        if (position > entry.Last.Position) return false;
        if (position == entry.Last.Position) baseOffset = entry.Last.BaseOffset;
        durable = entry.Pending ?? Task.CompletedTask;
        return true;
    }

    public LogProducerPosition? Find(long id) => entries.TryGetValue(id, out var entry) ? entry.Last.Position : null;

    /// <summary>Counts an append that waits for the disk.</summary>
    public void Add(in LogProducer producer, long baseOffset, long appendedMilliseconds, Task durable)
    {
        if (!entries.TryGetValue(producer.Id, out var entry))
        {
            if (entries.Count >= limit) Evict();
            entries.Add(producer.Id, entry = new Entry());
        }

        entry.Last = new ProducerMark(new LogProducerPosition(producer.Epoch, producer.Sequence), baseOffset, appendedMilliseconds);
        entry.Pending = durable;
    }

    /// <summary>Counts a batch that is durable. Only those of this table's own appends can wait.</summary>
    public void Settle(in BatchMark batch)
    {
        if (batch.Producer.IsNone) return;
        var mark = new ProducerMark(new LogProducerPosition(batch.Producer.Epoch, batch.Producer.Sequence), batch.BaseOffset, batch.AppendedMilliseconds);
        Settle(batch.Producer.Id, mark);
    }

    public void Settle(long id, in ProducerMark mark)
    {
        if (!entries.TryGetValue(id, out var entry))
        {
            if (entries.Count >= limit) Evict();
            entries.Add(id, entry = new Entry());
        }

        entry.Durable = mark;
        if (entry.Pending is not null && entry.Last.Position > mark.Position) return;
        entry.Last = mark;
        entry.Pending = null;
    }

    /// <summary>Takes back an append that failed, and all that wait behind it.</summary>
    public void TakeBack(in BatchMark batch)
    {
        if (batch.Producer.IsNone || !entries.TryGetValue(batch.Producer.Id, out var entry)) return;
        entry.Pending = null;
        if (entry.Durable is { } durable) entry.Last = durable;
        else entries.Remove(batch.Producer.Id);
    }

    /// <summary>What is durable, without who was idle for too long.</summary>
    public List<KeyValuePair<long, ProducerMark>> Durable(long nowMilliseconds)
    {
        foreach (var (id, _) in entries.Where(entry => entry.Value.Pending is null && IsIdle(entry.Value, nowMilliseconds)).ToArray()) entries.Remove(id);
        return [.. entries.Where(static entry => entry.Value.Durable is not null).Select(static entry => KeyValuePair.Create(entry.Key, entry.Value.Durable!.Value))];
    }

    bool IsIdle(Entry entry, long nowMilliseconds) => nowMilliseconds - entry.Last.AppendedMilliseconds > idleLimit.TotalMilliseconds;

    void Evict()
    {
        foreach (var (id, _) in entries.Where(static entry => entry.Value.Pending is null).OrderBy(static entry => entry.Value.Last.AppendedMilliseconds).Take(Math.Max(1, limit / EvictionPart)).ToArray())
            entries.Remove(id);
    }

    sealed class Entry
    {
        /// <summary>The last one appended.</summary>
        public ProducerMark Last { get; set; }

        /// <summary>The last one that is durable; null before the first is.</summary>
        public ProducerMark? Durable { get; set; }

        /// <summary>Completes when the last one is durable; null once it is.</summary>
        public Task? Pending { get; set; }
    }
}

/// <summary>A producer's last batch.</summary>
readonly record struct ProducerMark(LogProducerPosition Position, long BaseOffset, long AppendedMilliseconds);
