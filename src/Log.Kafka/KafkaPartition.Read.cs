namespace Orrery.Log.Kafka;

sealed partial class KafkaPartition
{
    static readonly TimeSpan ReadStep = TimeSpan.FromMilliseconds(100);

    readonly List<KafkaCursor> idle = []; // the one used last is at the end

    public ValueTask<LogRead> ReadAsync(long offset, int bytesLimit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytesLimit);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            if (offset == End) return new(new LogRead(default, [], offset, null));
        }

        return new(Task.Run(() => Read(offset, bytesLimit, cancellationToken), cancellationToken));
    }

    public async ValueTask<long> FindOffsetAsync(long timestampMilliseconds, CancellationToken cancellationToken) => await Task.Run(
        () =>
        {
            // Kafka can be asked for event times only; these batches carry when they were appended, in order.
            RefreshEnds();
            long low = StartOffset, high = EndOffset;
            while (low < high)
            {
                cancellationToken.ThrowIfCancellationRequested();
                long middle = low + ((high - low) / 2);
                using var read = Read(middle, 1, cancellationToken);
                if (read.Batches.Count == 0) high = middle; // Nothing but markers from here on.
                else if (read.Batches[0].AppendedMilliseconds >= timestampMilliseconds) high = Math.Min(middle, Math.Max(low, read.Batches[0].BaseOffset));
                else low = read.Batches[0].EndOffset;
            }

            return low;
        },
        cancellationToken).ConfigureAwait(false);

    LogRead Read(long offset, int bytesLimit, CancellationToken cancellationToken)
    {
        long end = CheckOffset(offset);
        var cursor = TakeCursor(offset);
        try
        {
            var read = Read(cursor, offset, end, bytesLimit, cancellationToken);
            // Reading began in the middle of a batch: once more, from its beginning.
            if (read.BeganWithin is { } begin && begin < offset && begin >= StartOffset)
            {
                cursor.Move(begin);
                read = Read(cursor, begin, end, bytesLimit, cancellationToken);
            }

            if (cursor.Position != read.NextOffset) cursor.Move(read.NextOffset);
            GiveBack(cursor);
            cursor = null;
            log.Instruments.Read(topic.Tags, read.Bytes);
            return new LogRead(read.Encoded, LogBatches.Parse(read.Encoded), Math.Max(offset, read.NextOffset), null);
        }
        catch (LogOffsetException)
        {
            RefreshEnds();
            throw Outside(offset);
        }
        finally
        {
            cursor?.Dispose();
        }
    }

    BatchAssembler Read(KafkaCursor cursor, long offset, long end, int bytesLimit, CancellationToken cancellationToken)
    {
        BatchAssembler assembler;
        lock (gate) assembler = new BatchAssembler(claims, offset, encodes: true);
        long started = log.Time.GetTimestamp();
        while (assembler.Bytes < bytesLimit && cursor.Position < end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // What is there already is taken without a wait, once there is something to answer with.
            var record = cursor.Read(assembler.Bytes > 0 ? TimeSpan.Zero : ReadStep, end, out bool isAtEnd);
            if (record is not null)
            {
                started = log.Time.GetTimestamp();
                assembler.Add(record);
                if (assembler.BeganWithin is not null && assembler.BeganWithin < offset && assembler.Bytes == 0) break;
            }
            else if (isAtEnd || assembler.Bytes > 0)
            {
                break;
            }
            else if (log.Time.GetElapsedTime(started) > log.Options.AnswerTimeout)
            {
                throw Late(cursor.Position, end);
            }
        }

        assembler.Flush();
        return assembler;
    }

    /// <summary>The end, where the offset lies before it. Asks the broker where it does not seem to.</summary>
    long CheckOffset(long offset)
    {
        long start, end;
        lock (gate) (start, end) = (startOffset, End);
        if (offset >= start && offset < end) return end;
        RefreshEnds();
        lock (gate) (start, end) = (startOffset, End);
        return offset >= start && offset <= end ? end : throw Outside(offset);
    }

    LogOffsetException Outside(long offset)
    {
        lock (gate) return new LogOffsetException($"Cannot read offset {offset} of {this}: it holds {startOffset} to {End}.", startOffset, End);
    }

    /// <summary>Why records did not come: the topic is gone, which consumers are told only late, or the brokers are.</summary>
    LogException Late(long offset, long end)
    {
        try
        {
            log.QueryOffsets(place);
        }
        catch (LogException reason)
        {
            return reason;
        }

        return new LogUnavailableException($"Kafka at {log.Options.BootstrapServers} did not give offset {offset} of {this} within {log.Options.AnswerTimeout} (KafkaLogOptions.AnswerTimeout), though it ends at {end}.");
    }

    KafkaCursor TakeCursor(long offset)
    {
        KafkaCursor? found = null;
        lock (idle)
        {
            int index = idle.FindLastIndex(cursor => cursor.Position == offset);
            // One that stands elsewhere is moved only where there are as many as there may be.
            if (index < 0 && idle.Count >= log.Options.CursorsLimit) index = 0;
            if (index >= 0)
            {
                found = idle[index];
                idle.RemoveAt(index);
            }
        }

        if (found is null) return new KafkaCursor(log, place, offset);
        if (found.Position != offset) found.Move(offset);
        return found;
    }

    void GiveBack(KafkaCursor cursor)
    {
        bool isKept;
        lock (idle)
        {
            isKept = !closed && idle.Count < log.Options.CursorsLimit;
            if (isKept) idle.Add(cursor);
        }

        if (!isKept) cursor.Dispose();
    }

    void DropCursors()
    {
        KafkaCursor[] dropped;
        lock (idle)
        {
            dropped = [.. idle];
            idle.Clear();
        }

        foreach (var cursor in dropped) cursor.Dispose();
    }
}
