using Orrery.Grains.Topics;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Channels.Letters;

/// <summary>Reads a channel's dead letters that are not settled, in the order of their offsets.</summary>
/// <param name="grains">Finds the topic and the marks.</param>
/// <param name="channel">The channel's key.</param>
/// <param name="query">Which letters.</param>
/// <param name="readBytes">Bytes read at once.</param>
sealed class LetterScan(IGrainFactory grains, string channel, LetterQuery query, int readBytes)
{
    readonly long fromMilliseconds = query.From?.ToUnixTimeMilliseconds() ?? long.MinValue, toMilliseconds = query.To?.ToUnixTimeMilliseconds() ?? long.MaxValue;
    byte[] marks = [];
    long marksRow = -1;

    public ITopicPartitionGrain Partition { get; } = grains.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(ChannelKeys.DeadTopic(channel), 0));

    /// <summary>Everything below was looked at.</summary>
    public long Reached { get; private set; }

    /// <summary>Bytes that were looked at in all.</summary>
    public long Bytes { get; private set; }

    /// <summary>Reads letters up to an offset or one of the bounds.</summary>
    /// <param name="from">Where to begin; what is not kept any more is passed over.</param>
    /// <param name="end">Where to end, exclusive.</param>
    /// <param name="lettersMax">Most letters.</param>
    /// <param name="bytesMax">About how many bytes are looked at, at most.</param>
    public async Task<List<StoredLetter>> ReadAsync(long from, long end, int lettersMax, long bytesMax)
    {
        var found = new List<StoredLetter>();
        long before = Bytes;
        Reached = from;
        while (Reached < end && found.Count < lettersMax && Bytes - before < bytesMax)
        {
            TopicRead read = await ReadOnceAsync();
            Bytes += read.EncodedBatches.Length;
            foreach (LogBatch batch in LogBatches.Parse(read.EncodedBatches))
                if (await TakeAsync(batch, end, lettersMax, found))
                    return found;
            Reached = Math.Max(Reached, Math.Min(read.Next, end));
            if (read.EncodedBatches.Length == 0)
                break;
        }

        return found;
    }

    async Task<TopicRead> ReadOnceAsync()
    {
        try
        {
            return await Partition.Read(Reached, readBytes, TimeSpan.Zero);
        }
        catch (TopicOffsetException gone) when (Reached < gone.StartOffset)
        {
            Reached = gone.StartOffset;
            return await Partition.Read(Reached, readBytes, TimeSpan.Zero);
        }
    }

    /// <returns>Whether a bound was reached.</returns>
    async Task<bool> TakeAsync(LogBatch batch, long end, int lettersMax, List<StoredLetter> found)
    {
        if (batch.Receipt.LastMilliseconds < fromMilliseconds || batch.Receipt.FirstMilliseconds >= toMilliseconds)
            return false;
        LogBatch.Enumerator records = batch.GetEnumerator();
        while (records.MoveNext())
        {
            if (records.Offset < Reached)
                continue;
            if (records.Offset >= end || found.Count == lettersMax)
                return true;
            LogRecord record = records.Current;
            long offset = records.Offset;
            Reached = offset + 1;
            if (record.TimestampMilliseconds < fromMilliseconds || record.TimestampMilliseconds >= toMilliseconds || await IsSettledAsync(offset))
                continue;
            StoredLetter letter = StoredLetter.Read(offset, record.Key, record.TimestampMilliseconds, record.Value);
            if (query.Reason is null || StoredLetter.KindOf(letter.Reason) == query.Reason)
                found.Add(letter);
        }

        return false;
    }

    async ValueTask<bool> IsSettledAsync(long offset)
    {
        if (marksRow != offset / LetterMarks.RowLength)
        {
            marks = await grains.GetGrain<ILetterMarksGrain>(LetterMarks.Key(channel, offset)).Get();
            marksRow = offset / LetterMarks.RowLength;
        }

        return LetterMarks.Holds(marks, offset);
    }
}
