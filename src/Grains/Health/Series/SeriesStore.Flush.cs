using Orrery.Grains.Health.Series.Blocks;
using Orrery.Grains.Health.Series.Chunks;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Series;

public sealed partial class SeriesStore
{
    long flushedThrough; // seal sequence

    /// <summary>
    /// Seals everything and gives what is in no committed flush, one chunk a day. Write the chunks in one transaction, then
    /// <see cref="Commit"/>; without that the next flush gives the same samples again.
    /// </summary>
    public SeriesFlush Flush()
    {
        foreach (var entry in entries)
        {
            if (entry.OpenCount > 0) SealOpen(entry);
            if (entry.Late is { Count: > 0 }) SealLate(entry);
        }

        var days = new SortedDictionary<long, RawChunkWriter>();
        foreach (var entry in entries)
        {
            int first = entry.Blocks.Count;
            while (first > 0 && entry.Blocks[first - 1].Sequence > flushedThrough) first--;
            for (; first < entry.Blocks.Count; first++)
            {
                long day = SampleTimes.DayStart(entry.Blocks[first].FirstMilliseconds);
                if (!days.TryGetValue(day, out var writer)) days[day] = writer = new RawChunkWriter();
                writer.Add(entry, entry.Blocks[first]);
            }
        }

        return new SeriesFlush([.. days.Values.Select(writer => writer.Finish())], sealSequence, UnflushedSamples);
    }

    /// <summary>Says that a flush's chunks are stored.</summary>
    public void Commit(SeriesFlush flush)
    {
        if (flush.Sequence <= flushedThrough) return;
        flushedThrough = flush.Sequence;
        UnflushedSamples -= flush.Samples;
    }

    /// <summary>Takes a stored raw chunk back into memory, after a start. Chunks are given in the order in which they were flushed, before any batch.</summary>
    /// <exception cref="SampleFormatException">The bytes are no raw chunk.</exception>
    public void Load(ReadOnlySpan<byte> chunk)
    {
        if (UnflushedSamples > 0) throw new InvalidOperationException("Chunks are loaded before batches are applied, lest older values hide newer ones.");
        var reader = new RawChunkReader(chunk);
        while (reader.MoveNext())
        {
            var entry = FindOrAdd(reader.Hash, reader.Key, before: null);
            if (entry is null) continue;
            while (reader.MoveNextBlock())
            {
                var times = reader.Times;
                bool isLate = reader.IsLate || times.FirstMilliseconds <= entry.SealedThrough;
                var block = new SealedBlock(times, reader.Values.ToArray(), ++sealSequence, isLate);
                entry.Blocks.Add(block);
                SealedBytes += block.Bytes;
                if (!isLate) entry.SealedThrough = times.LastMilliseconds;
                if (times.LastMilliseconds < entry.Newest) continue;
                Decode(block);
                entry.Newest = times.LastMilliseconds;
                entry.NewestValue = decodedValues[block.Count - 1];
            }
        }

        flushedThrough = sealSequence;
    }

    /// <summary>After a start: says from when on the loaded chunks hold all samples. Rounded up to a whole hour, where roll-ups end.</summary>
    public void SetCompleteFrom(long milliseconds) => CompleteFromMilliseconds = (milliseconds + SampleTimes.Hour - 1) / SampleTimes.Hour * SampleTimes.Hour;

    /// <summary>Lets stored samples go that are older than is kept, and older ones where memory is short, and series without samples.</summary>
    public void Trim(long nowMilliseconds)
    {
        const long stepMilliseconds = 10 * SampleTimes.Minute;
        long horizon = nowMilliseconds - (long)options.Keep.TotalMilliseconds;
        Evict(horizon);
        while (SealedBytes > options.MemoryBytesLimit && horizon < nowMilliseconds)
        {
            horizon += stepMilliseconds;
            Evict(horizon);
        }
    }

    void Evict(long horizon)
    {
        int kept = 0;
        decoded = null;
        long bytes = 0;
        TimeColumn? counted = null;
        for (int number = 0; number < entries.Count; number++)
        {
            var entry = entries[number];
            entry.Blocks.RemoveAll(block => block.LastMilliseconds < horizon && block.Sequence <= flushedThrough);
            foreach (var block in entry.Blocks)
            {
                bytes += block.Bytes + (block.Times == counted ? 0 : block.Times.Bytes);
                counted = block.Times;
            }

            if (entry.Blocks.Count > 0 || entry.OpenCount > 0 || entry.Late is { Count: > 0 } || entry.Newest >= horizon) entries[kept++] = entry;
        }

        SealedBytes = bytes;
        CompleteFromMilliseconds = Math.Max(CompleteFromMilliseconds, (horizon + SampleTimes.Hour - 1) / SampleTimes.Hour * SampleTimes.Hour);
        if (kept == entries.Count) return;
        entries.RemoveRange(kept, entries.Count - kept);
        byHash.Clear();
        foreach (var entry in entries)
        {
            byHash.TryGetValue(entry.Hash, out var same);
            entry.SameHash = same;
            entry.Follower = null; // it may have gone
            byHash[entry.Hash] = entry;
        }
    }
}
