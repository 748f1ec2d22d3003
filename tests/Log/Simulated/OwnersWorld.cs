using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Log.Embedded;

namespace Orrery.Log.Tests.Simulated;

/// <summary>One history of <see cref="OwnersTests"/>, and what has to hold in it.</summary>
sealed class OwnersWorld
{
    const int ProducersMax = 3, StepsMax = 25;

    readonly Random random;
    readonly SimulatedFileSystem disk = new();
    readonly ManualTime time = new();
    readonly TopicOptions options;
    readonly Dictionary<long, UInt128> seen = []; // by offset: what anybody ever read or was told
    readonly HashSet<long> acknowledgedOffsets = [];
    readonly Producer[] producers;
    long term, lowWater;

    public OwnersWorld(int seed)
    {
        random = new Random(seed);
        options = new TopicOptions { SegmentBytes = random.Next(4096, 12_000), IndexIntervalBytes = 1024, Compacts = seed % 3 == 0, TombstoneAge = TimeSpan.Zero };
        producers = [.. Enumerable.Range(1, ProducersMax).Select(id => new Producer(id))];
    }

    public int Fenced { get; private set; }

    public int Repeats { get; private set; }

    public int Acknowledged => acknowledgedOffsets.Count;

    public void Run()
    {
        int rounds = random.Next(1, 4);
        for (int round = 0; round < rounds; round++)
        {
            var interleaving = new Interleaving(random);
            var processes = new List<SimulatedProcess>();
            int owners = random.Next(1, 5);
            for (int owner = 0; owner < owners; owner++)
            {
                var process = new SimulatedProcess(disk, interleaving.Yield);
                if (random.Next(3) == 0) process.OperationsLeft = random.Next(5, 400);
                processes.Add(process);
                interleaving.Add(() => Own(process));
            }

            interleaving.Run();
            processes.ForEach(static process => process.End());
            if (random.Next(2) == 0) disk.LosePower(random);
        }

        Finish();
    }

    /// <summary>What one owner does until it ends or is replaced.</summary>
    void Own(SimulatedProcess process)
    {
        try
        {
            var flusher = new ManualScheduler();
            var log = new EmbeddedLog(new EmbeddedLogOptions { Directory = "/log", Flusher = flusher, FreeBytesMin = 0 }, process, time, NullLogger<EmbeddedLog>.Instance, new TestMeters());
            long own = random.Next(4) == 0 ? term : ++term;
            var partition = log.OpenTopicAsync("t", options, CancellationToken.None).AsTask().Result.OpenPartitionAsync(0, own, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            var pending = new List<Sent>();
            bool failed = false;
            for (int step = 0; step < StepsMax; step++)
            {
                switch (random.Next(10))
                {
                    case < 4 when !failed:
                        Send(partition, pending);
                        break;
                    case < 7:
                        flusher.Run();
                        if (process.HasEnded) return;
                        break;
                    case 7:
                        Read(partition);
                        break;
                    case 8 when random.Next(3) == 0:
                        process.FailingWrites = 1;
                        break;
                    case 9:
                        lowWater = Math.Max(lowWater, random.NextInt64(partition.StartOffset, partition.EndOffset + 1));
                        partition.AdvanceLowWater(Math.Min(lowWater, partition.EndOffset));
                        break;
                }

                if (Settle(pending))
                {
                    failed = true;
                    process.FailingWrites = 0;
                    var reopening = partition.ReopenAsync(CancellationToken.None).AsTask();
                    flusher.Run();
                    if (process.HasEnded) return;
                    reopening.GetAwaiter().GetResult();
                    failed = false;
                }
            }
        }
        catch (LogFencedException)
        {
            Fenced++;
        }
        catch (ProcessEndedException)
        {
            // Whatever it had under way has no answer.
        }
    }

    void Send(ILogPartition partition, List<Sent> pending)
    {
        var producer = producers[random.Next(producers.Length)];
        // A client sends its next batch, or again the one of which it has no answer.
        var records = producer.Batch;
        var sequence = new LogProducer(producer.Id, 1, producer.Sequence);
        LogAppend append;
        if (random.Next(2) == 0)
        {
            append = partition.Append(records, sequence);
        }
        else
        {
            var encoder = new LogBatchEncoder(96);
            foreach (var record in records) encoder.Add(record);
            append = partition.AppendEncoded(encoder.Finish(sequence));
        }

        if (append.Repeated) Repeats++;
        pending.Add(new Sent(append, records, producer, producer.Sequence));
    }

    /// <summary>Takes note of what was acknowledged. True if something failed that is worth a reopening.</summary>
    bool Settle(List<Sent> pending)
    {
        bool failed = false;
        foreach (var sent in pending.ToArray())
        {
            if (!sent.Append.Durable.IsCompleted) continue;
            pending.Remove(sent);
            if (sent.Append.Durable.Exception?.InnerException is { } error)
            {
                if (error is LogFencedException) throw error;
                failed = true;
                continue;
            }

            sent.Producer.Done(sent.Sequence);
            if (sent.Append.Repeated) continue;
            for (int number = 0; number < sent.Records.Length; number++)
            {
                long offset = sent.Append.BaseOffset + number;
                if (!acknowledgedOffsets.Add(offset)) throw new InvalidOperationException($"Offset {offset} was acknowledged twice.");
                See(offset, sent.Records[number]);
            }
        }

        return failed;
    }

    void Read(ILogPartition partition, HashSet<long>? present = null)
    {
        long offset = partition.StartOffset, end = partition.EndOffset;
        while (offset < end)
        {
            LogRead read;
            try
            {
                read = partition.ReadAsync(offset, 5000, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            }
            catch (LogOffsetException)
            {
                return;
            }

            foreach (var batch in LogBatches.Parse(read.Encoded))
            {
                var records = batch.GetEnumerator();
                while (records.MoveNext())
                {
                    See(records.Offset, records.Current);
                    present?.Add(records.Offset);
                }
            }

            offset = read.NextOffset;
            read.Dispose();
        }
    }

    void See(long offset, in LogRecord record)
    {
        var hash = RecordHash.Compute(record.Key.Span, record.Value.Span, record.TimestampMilliseconds);
        if (!seen.TryAdd(offset, hash) && seen[offset] != hash) throw new InvalidOperationException($"Offset {offset} held another record before.");
    }

    /// <summary>A last owner reads everything.</summary>
    void Finish()
    {
        var process = new SimulatedProcess(disk, static () => { });
        var log = new EmbeddedLog(new EmbeddedLogOptions { Directory = "/log", Flusher = new ManualScheduler(), FreeBytesMin = 0 }, process, time, NullLogger<EmbeddedLog>.Instance, new TestMeters());
        var partition = log.OpenTopicAsync("t", options, CancellationToken.None).AsTask().Result.OpenPartitionAsync(0, term, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        var present = new HashSet<long>();
        Read(partition, present);
        long missing = options.Compacts ? -1 : acknowledgedOffsets.Where(offset => offset >= partition.StartOffset && !present.Contains(offset)).DefaultIfEmpty(-1).Min();
        if (missing >= 0) throw new InvalidOperationException($"Offset {missing} was acknowledged and cannot be read.");
        long most = seen.Keys.DefaultIfEmpty(-1).Max();
        if (acknowledgedOffsets.Any(offset => offset >= partition.EndOffset)) throw new InvalidOperationException($"The log ends at {partition.EndOffset}, and {acknowledgedOffsets.Max()} was acknowledged.");
        if (most >= partition.EndOffset) throw new InvalidOperationException($"The log ends at {partition.EndOffset}, and {most} was read.");
        if (partition.StartOffset > lowWater) throw new InvalidOperationException($"The log begins at {partition.StartOffset}, and only {lowWater} was given free.");
        var found = new HashSet<(long, long)>();
        for (long offset = partition.StartOffset; offset < partition.EndOffset;)
        {
            using var read = partition.ReadAsync(offset, 100_000, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            foreach (var batch in read.Batches)
            {
                if (!found.Add((batch.Producer.Id, batch.Producer.Sequence))) throw new InvalidOperationException($"Batch {batch.Producer} is there twice, again at {batch.BaseOffset}.");
            }

            offset = read.NextOffset;
        }

        foreach (var producer in producers)
        {
            long? last = partition.LastOf(producer.Id)?.Sequence;
            long least = producer.Sequence - 1;
            if (least > 0 && !(last >= least)) throw new InvalidOperationException($"Producer {producer.Id} was told of batch {least}, and the log knows {last}.");
            if (last > producer.Sequence) throw new InvalidOperationException($"Producer {producer.Id} sent no batch {last}.");
        }
    }

    sealed record Sent(LogAppend Append, LogRecord[] Records, Producer Producer, long Sequence);

    /// <summary>A client that goes on to its next batch once the one before is acknowledged.</summary>
    sealed class Producer(long id)
    {
        public long Id { get; } = id;

        public long Sequence { get; private set; } = 1;

        public LogRecord[] Batch => AppendingProcess.Batch((int)((Id * 10_000) + Sequence));

        public void Done(long sequence)
        {
            if (sequence == Sequence) Sequence++;
        }
    }
}
