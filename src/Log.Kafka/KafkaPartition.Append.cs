using Confluent.Kafka;
using Orrery.Log.Embedded;

namespace Orrery.Log.Kafka;

sealed partial class KafkaPartition
{
    const int TagsLimit = 1 << 16; // of later records' tags that are kept; those of longer batches are made each time

    public LogAppend Append(ReadOnlySpan<LogRecord> records, LogProducer producer = default)
    {
        if (records.IsEmpty) throw new ArgumentException($"A batch for {this} has no records.", nameof(records));
        var receipt = LogReceipt.Of(records);
        CheckBytes(receipt.Bytes);
        foreach (ref readonly var record in records) CheckRecord(record);
        lock (gate)
        {
            if (Begin(receipt, producer) is { } repeat) return repeat;
            var batch = NewBatch(receipt, producer);
            int index = 0;
            foreach (ref readonly var record in records) Send(record, index++, batch);
            return Sent(batch);
        }
    }

    public LogAppend AppendEncoded(ReadOnlyMemory<byte> batch)
    {
        var parsed = LogBatches.Parse(batch);
        if (parsed.Count != 1) throw new LogCorruptException($"{batch.Length} bytes for {this} hold {parsed.Count} batches; append one at a time.");
        var encoded = parsed[0];
        CheckBytes(encoded.Receipt.Bytes);
        foreach (var record in encoded) CheckRecord(record);
        lock (gate)
        {
            if (Begin(encoded.Receipt, encoded.Producer) is { } repeat) return repeat;
            var sending = NewBatch(encoded.Receipt, encoded.Producer);
            int index = 0;
            foreach (var record in encoded) Send(record, index++, sending);
            return Sent(sending);
        }
    }

    void CheckBytes(long bytes)
    {
        if (bytes > topic.Options.BatchBytesLimit)
            throw new ArgumentException($"A batch for {this} has {bytes} bytes of keys and values; the limit is {topic.Options.BatchBytesLimit} (TopicOptions.BatchBytesLimit): append it in parts.");
    }

    void CheckRecord(in LogRecord record)
    {
        int bytes = record.Key.Length + record.Value.Length + record.Headers.Length;
        if (bytes > log.Options.RecordBytesLimit)
            throw new ArgumentException($"A record for {this} has {bytes} bytes; the limit is {log.Options.RecordBytesLimit} (KafkaLogOptions.RecordBytesLimit), which has to fit Kafka's message.max.bytes.");
    }

    /// <summary>Under the gate: refuses what cannot be appended now; answers where it was appended before.</summary>
    LogAppend? Begin(in LogReceipt receipt, LogProducer from)
    {
        ObjectDisposedException.ThrowIf(closed, this);
        if (failure is LogFencedException fenced) throw new LogFencedException(fenced.Message, fenced.Term);
        if (failure is not null) throw new LogFailedException(failure.Message, failure);
        if (producers.IsRepeat(from, out long baseOffset, out var durable)) return new LogAppend(baseOffset, receipt, durable, Repeated: true);
        if (pendingBytes == 0 || pendingBytes + receipt.Bytes <= topic.Options.PendingBytesLimit) return null;
        log.Instruments.Refused(topic.Tags);
        throw new LogOverloadedException($"{this} cannot take {receipt.Bytes} bytes: {pendingBytes} wait for Kafka and the limit is {topic.Options.PendingBytesLimit}. Append again when some of them are durable.");
    }

    PendingBatch NewBatch(in LogReceipt receipt, LogProducer from)
    {
        lastAppendedMilliseconds = Math.Max(lastAppendedMilliseconds, log.Time.GetUtcNow().ToUnixTimeMilliseconds());
        return new PendingBatch((int)receipt.Records, receipt.Bytes, receipt, from, lastAppendedMilliseconds, log.Time.GetTimestamp());
    }

    /// <summary>Under the gate: gives one record to the producer, which takes its bytes.</summary>
    void Send(in LogRecord record, int index, PendingBatch batch)
    {
        // Kafka takes a time of zero for "now", and none below.
        long? eventTime = carriesTimes || record.TimestampMilliseconds <= 0 ? record.TimestampMilliseconds : null;
        message.Key = record.Key;
        message.Value = record.Value;
        message.Timestamp = new Timestamp(Math.Max(record.TimestampMilliseconds, 1), TimestampType.CreateTime);
        message.Headers = HeadersOf(record, TagOf(index, batch, eventTime));
        Produce(batch, isLast: index == batch.Records - 1);
    }

    byte[] TagOf(int index, PendingBatch batch, long? eventTime)
    {
        if (index > 0 && eventTime is null && index < tags.Length) return tags[index] ??= new RecordTag(owner, index, 0, 0, 0, default, null, false).Encode();
        return new RecordTag(owner, index, batch.Records, markerOffset, batch.AppendedMilliseconds, batch.Producer, eventTime, batch.IsMarker).Encode();
    }

    static Headers HeadersOf(in LogRecord record, byte[] tag)
    {
        var headers = new Headers { { RecordTag.HeaderName, tag } };
        if (record.Headers.IsEmpty) return headers;
        foreach (var header in LogHeaders.Read(record.Headers)) headers.Add(header.Name, header.Value.ToArray());
        return headers;
    }

    void Produce(PendingBatch batch, bool isLast)
    {
        if (failure is not null) return; // An earlier record of the batch was not taken: it has failed.
        try
        {
            producer.Produce(place, message, isLast ? report => OnDelivered(batch, report) : null);
        }
        catch (Exception refused) when (refused is KafkaException or ObjectDisposedException or InvalidOperationException)
        {
            Fail(new LogFailedException($"{this} could not give a record to Kafka's producer: {refused.Message} It refuses appends until it is reopened.", refused), batch);
        }
    }

    /// <summary>Under the gate: counts a batch whose records are all on their way.</summary>
    LogAppend Sent(PendingBatch batch)
    {
        if (failure is not null) throw new LogFailedException(failure.Message, failure);
        pending.Enqueue(batch);
        pendingBytes += batch.Bytes;
        if (!batch.Producer.IsNone) producers.Add(batch.Producer, -1, batch.AppendedMilliseconds, batch.Completion.Task);
        recordsSinceMarker += batch.Records;
        if (recordsSinceMarker >= log.Options.MarkerInterval) SendMarker(expectedOffset);
        return new LogAppend(-1, batch.Receipt, batch.Completion.Task);
    }

    /// <summary>Under the gate: writes down how far durable batches got, up to an offset.</summary>
    PendingBatch SendMarker(long coveredOffset)
    {
        var known = producers.Durable(log.Time.GetUtcNow().ToUnixTimeMilliseconds());
        byte[] content = new Marker(coveredOffset, claims, known).Encode();
        var batch = new PendingBatch(1, content.Length, LogReceipt.Empty, LogProducer.None, lastAppendedMilliseconds, log.Time.GetTimestamp()) { IsMarker = true };
        message.Key = default;
        message.Value = content;
        message.Timestamp = new Timestamp(Math.Max(lastAppendedMilliseconds, 1), TimestampType.CreateTime);
        message.Headers = new Headers { { RecordTag.HeaderName, new RecordTag(owner, 0, 1, markerOffset, lastAppendedMilliseconds, default, null, true).Encode() } };
        recordsSinceMarker = 0;
        Produce(batch, isLast: true);
        if (failure is not null) return batch;
        pending.Enqueue(batch);
        pendingBytes += batch.Bytes;
        return batch;
    }

    /// <summary>The broker has answered. Runs on the producer's thread, which must not be held up.</summary>
    void OnDelivered(PendingBatch batch, DeliveryReport<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> report)
    {
        lock (gate)
        {
            batch.LastOffset = report.Offset.Value;
            batch.Error = report.Error.IsError ? report.Error : null;
            delivered.Enqueue(batch);
            if (settling) return;
            settling = true;
        }

        Settle();
    }

    /// <summary>Acknowledges what was delivered, in order. One thread at a time.</summary>
    void Settle()
    {
        while (true)
        {
            PendingBatch batch;
            TaskCompletionSource? readers = null;
            lock (gate)
            {
                if (!delivered.TryDequeue(out batch!))
                {
                    settling = false;
                    return;
                }

                // Of an append that has failed already, together with one before it.
                if (!pending.TryPeek(out var oldest) || !ReferenceEquals(oldest, batch)) continue;
                if (batch.Error is { } error)
                {
                    Fail(new LogFailedException($"Kafka did not take {batch.Records} records of {this}: {error.Reason} ({error.Code}). It refuses appends until it is reopened.", new KafkaException(error)), null);
                    continue;
                }

                if (batch.LastOffset != expectedOffset + batch.Records - 1)
                {
                    _ = Task.Run(() => LookBetween(batch));
                    return;
                }

                readers = Acknowledge(batch);
            }

            Complete(batch, readers);
        }
    }

    /// <summary>Somebody else wrote as well: looks who it was, and whether the batch is whole.</summary>
    void LookBetween(PendingBatch batch)
    {
        LogException? problem;
        BatchAssembler? seen = null;
        try
        {
            seen = Scan(expectedOffset, batch.LastOffset + 1, claims);
            long higher = seen.Markers.Select(static marker => marker.Tag.Owner).Where(other => other > owner).DefaultIfEmpty().Max();
            bool isWhole = batch.IsMarker
                ? seen.Markers.Any(marker => marker.Offset == batch.LastOffset && marker.Tag.Owner == owner)
                : seen.Completed.Any(whole => whole.EndOffset == batch.LastOffset + 1 && whole.Tag.Owner == owner && whole.Tag.Records == batch.Records);
            problem = higher > 0 ? Fenced(higher)
                : isWhole ? null
                : new LogFailedException($"Kafka lost records of a batch of {batch.Records} that ends at offset {batch.LastOffset} of {this}. It refuses appends until it is reopened.", new InvalidDataException("The batch is not whole."));
        }
        catch (LogException failed)
        {
            problem = new LogFailedException($"{this} could not look who wrote between offsets {expectedOffset} and {batch.LastOffset}: {failed.Message}", failed);
        }

        TaskCompletionSource? readers = null;
        lock (gate)
        {
            if (!pending.TryPeek(out var oldest) || !ReferenceEquals(oldest, batch)) problem = null; // Failed meanwhile.
            else if (problem is not null) Fail(problem, null);
            else readers = Acknowledge(batch);
        }

        if (problem is null) Complete(batch, readers);
        Settle();
    }

    /// <summary>Under the gate.</summary>
    TaskCompletionSource? Acknowledge(PendingBatch batch)
    {
        pending.Dequeue();
        pendingBytes -= batch.Bytes;
        expectedOffset = batch.LastOffset + 1;
        if (batch.IsMarker) markerOffset = batch.LastOffset;
        if (!batch.Producer.IsNone)
        {
            var position = new LogProducerPosition(batch.Producer.Epoch, batch.Producer.Sequence);
            producers.Settle(batch.Producer.Id, new ProducerMark(position, batch.LastOffset + 1 - batch.Records, batch.AppendedMilliseconds));
        }

        var readers = advanced;
        advanced = null;
        return readers;
    }

    void Complete(PendingBatch batch, TaskCompletionSource? readers)
    {
        if (!batch.Completion.TrySetResult(batch.LastOffset + 1 - batch.Records)) return;
        readers?.TrySetResult();
        if (!batch.IsMarker) log.Instruments.Appended(topic.Tags, batch.Records, batch.Bytes, log.Time.GetElapsedTime(batch.StartedAt));
    }

    LogFencedException Fenced(long higher) => new(
        $"{this} was claimed with term {OwnerClaim.TermOf(higher)}; this owner has {Term}, and nothing that it had not acknowledged counts.", OwnerClaim.TermOf(higher));

    /// <summary>Under the gate: everything that waits has failed.</summary>
    void Fail(LogException problem, PendingBatch? further)
    {
        if (failure is not LogFencedException) failure = problem;
        long records = 0;
        var failed = pending.ToList();
        if (further is not null) failed.Add(further);
        pending.Clear();
        pendingBytes = 0;
        foreach (var batch in failed)
        {
            records += batch.Records;
            producers.TakeBack(new BatchMark(-1, -1, 0, batch.AppendedMilliseconds, batch.Producer));
            batch.Completion.TrySetException(problem);
            _ = batch.Completion.Task.Exception; // Who does not wait for durability does not want to hear of it either.
        }

        log.Instruments.Failed(topic.Tags);
        if (problem is LogFencedException) log.Logger.Fenced(topic.Name, Number, Term);
        else log.Logger.AppendFailed(problem, topic.Name, Number, records);
    }
}
