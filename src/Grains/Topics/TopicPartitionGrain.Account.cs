using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Ledger;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Topics;

/// <summary>What the partition holds, added up where it lies.</summary>
sealed partial class TopicPartitionGrain
{
    const int WindowSecondsMax = 3_600;

    public async Task<TopicAccount> Account(long from, int windowSeconds, int bytesLimit)
    {
        if (windowSeconds is < 1 or > WindowSecondsMax)
            throw new InvalidInputException("windowSeconds", $"A window of {windowSeconds} s cannot be counted; it has 1 to {WindowSecondsMax} s.");
        try
        {
            using var read = await partition.ReadAsync(from, Math.Clamp(bytesLimit, 1, options.ReadBytesMax), CancellationToken.None);
            var windows = new Dictionary<(string Origin, long Stamp), Receipt>();
            foreach (LogBatch batch in read.Batches)
                Count(windows, batch, from, windowSeconds);
            return new TopicAccount(
                Math.Max(from, read.NextOffset), Math.Max(read.NextOffset, partition.EndOffset), [.. windows.Select(static window => new TopicWindow(window.Key.Origin, window.Key.Stamp, window.Value))]);
        }
        catch (LogOffsetException outside)
        {
            throw new TopicOffsetException(outside.Message, outside.StartOffset, outside.EndOffset);
        }
        catch (Exception failure) when (Translate(failure) is { } told)
        {
            throw told;
        }
    }

    static void Count(Dictionary<(string Origin, long Stamp), Receipt> windows, LogBatch batch, long from, int windowSeconds)
    {
        LogReceipt whole = batch.Receipt;
        long first = LedgerKeys.Stamp(whole.FirstMilliseconds, windowSeconds);
        bool isWhole = batch.BaseOffset >= from && first == LedgerKeys.Stamp(whole.LastMilliseconds, windowSeconds);
        if (isWhole && !HasHeaders(batch))
        {
            Add(windows, ("", first), new Receipt(whole.Records, whole.Bytes, whole.Hash, whole.FirstMilliseconds, whole.LastMilliseconds));
            return;
        }

        LogBatch.Enumerator records = batch.GetEnumerator();
        while (records.MoveNext())
        {
            if (records.Offset < from)
                continue;
            LogRecord record = records.Current;
            UInt128 hash = RecordHash.Compute(record.Key.Span, record.Value.Span, record.TimestampMilliseconds);
            Add(windows, (RecordOrigin.Of(record), LedgerKeys.Stamp(record.TimestampMilliseconds, windowSeconds)), Receipt.Of(hash, record.Key.Length + record.Value.Length, record.TimestampMilliseconds));
        }
    }

    static bool HasHeaders(LogBatch batch)
    {
        foreach (LogRecord record in batch)
            if (!record.Headers.IsEmpty)
                return true;
        return false;
    }

    static void Add(Dictionary<(string Origin, long Stamp), Receipt> windows, (string, long) window, in Receipt receipt) =>
        windows[window] = windows.GetValueOrDefault(window, Receipt.Empty) + receipt;
}
