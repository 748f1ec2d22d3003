using System.Buffers;
using Orrery.Log.Format;

namespace Orrery.Log.Embedded;

sealed partial class EmbeddedPartition
{
    const int ScratchBytes = 64 << 10;

    [ThreadStatic]
    static byte[]? scratch;

    public LogAppend Append(ReadOnlySpan<LogRecord> records, LogProducer producer = default)
    {
        if (records.IsEmpty) throw new ArgumentException($"A batch for {this} has no records.", nameof(records));
        long atMost = BatchFormat.BytesAtMost(records);
        if (atMost > Options.BatchBytesLimit)
        {
            throw new ArgumentException($"A batch of {records.Length} records for {this} takes up to {atMost} bytes; the limit is {Options.BatchBytesLimit}: append it in parts.", nameof(records));
        }

        bool small = atMost <= ScratchBytes;
        byte[] buffer = small ? scratch ??= new byte[ScratchBytes] : ArrayPool<byte>.Shared.Rent((int)atMost);
        bool kept = false;
        try
        {
            int length = BatchFormat.Encode(records, producer, buffer, out var receipt);
            return Join(buffer, length, isOwned: !small, records.Length, producer, receipt, ref kept);
        }
        finally
        {
            if (!small && !kept) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public LogAppend AppendEncoded(ReadOnlyMemory<byte> batch)
    {
        if (batch.Length > Options.BatchBytesLimit) throw new ArgumentException($"An encoded batch for {this} has {batch.Length} bytes; the limit is {Options.BatchBytesLimit}: encode it in parts.", nameof(batch));
        var header = CheckEncoded(batch);
        bool small = batch.Length <= ScratchBytes;
        byte[] buffer = small ? scratch ??= new byte[ScratchBytes] : ArrayPool<byte>.Shared.Rent(batch.Length);
        bool kept = false;
        try
        {
            batch.Span.CopyTo(buffer);
            return Join(buffer, batch.Length, isOwned: !small, header.OffsetSpan, header.Producer, header.Receipt, ref kept);
        }
        finally
        {
            if (!small && !kept) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public LogProducerPosition? LastOf(long producerId)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            return producers.Find(producerId);
        }
    }

    /// <summary>What is taken in from outside must not be able to trip those who read it later: its records are walked once.</summary>
    BatchHeader CheckEncoded(ReadOnlyMemory<byte> batch)
    {
        if (!BatchFormat.TryReadHeader(batch.Span, out var header) || header.TotalBytes != batch.Length)
            throw new LogCorruptException($"{batch.Length} bytes for {this} are not one whole batch. Nothing was appended.");
        if (header.Form != BatchForm.Headed) throw new LogCorruptException($"A batch for {this} is of form {header.Form}; only what LogBatchEncoder writes can be appended. Nothing was.");
        var body = batch[BatchFormat.HeaderBytes..];
        if (!BatchFormat.BodyMatches(header, body.Span)) throw new LogCorruptException($"A batch of {batch.Length} bytes for {this} does not have its checksum. Nothing was appended.");
        var records = new LogBatch(header, body).GetEnumerator();
        while (records.MoveNext())
        {
        }

        return header;
    }

    /// <summary>Gives an encoded batch its offset and puts it into the open group, which takes the buffer over where it is owned.</summary>
    LogAppend Join(byte[] buffer, int length, bool isOwned, int records, in LogProducer producer, in LogReceipt receipt, ref bool kept)
    {
        topic.Log.Space.ThrowIfFull(this);
        long now = topic.Time.GetUtcNow().ToUnixTimeMilliseconds(), baseOffset, groupBytes;
        Task durable;
        lock (gate)
        {
            ThrowIfNotWritable();
            if (producers.IsRepeat(producer, out long earlier, out var earlierDurable))
            {
                topic.Instruments.Repeated(topic.Tags);
                return new LogAppend(earlier, receipt, earlierDurable, Repeated: true);
            }

            if (pendingBytes > 0 && pendingBytes + length > Options.PendingBytesLimit) throw Overloaded(length);
            // Rising, so that a time can be searched for.
            appendedMilliseconds = now = Math.Max(now, appendedMilliseconds);
            baseOffset = nextOffset;
            nextOffset += records;
            pendingBytes += length;
            BatchFormat.Stamp(buffer, baseOffset, now);
            open ??= new AppendGroup();
            if (isOwned) open.AddOwned(buffer, length);
            else open.AddCopy(buffer.AsSpan(0, length));
            kept = isOwned;
            open.Marks.Add(new BatchMark(baseOffset, nextOffset, length, now, producer));
            groupBytes = open.Bytes;
            durable = open.Completion.Task;
            if (!producer.IsNone) producers.Add(producer, baseOffset, now, durable);
        }

        topic.Schedule(groupBytes);
        return new LogAppend(baseOffset, receipt, durable);
    }

    void ThrowIfNotWritable()
    {
        ObjectDisposedException.ThrowIf(closed, this);
        if (fenced is not null) throw new LogFencedException(fenced.Message, fenced.Term);
        if (failure is not null) throw new LogFailedException(failure.Message, failure.InnerException!);
    }

    LogOverloadedException Overloaded(int length)
    {
        topic.Instruments.Refused(topic.Tags);
        return new LogOverloadedException($"{this} cannot take {length} bytes: {pendingBytes} wait for the disk and the limit is {Options.PendingBytesLimit}. Append again when some of them are durable.");
    }
}
