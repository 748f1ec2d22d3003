using System.Threading.Channels;
using Orrery.Bench.Log;
using Orrery.Connectors.ChangeCapture;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Bench.Binlog;

/// <summary>A capture into the embedded log: one thread decodes, another one parts by key, encodes with receipts, and appends.</summary>
static class CaptureToLog
{
    const int Partitions = 4, BatchesBetween = 3, AppendsInFlight = 8;

    /// <summary>Runs until that many rows are durable. Answers what the log's receipts say.</summary>
    public static async Task<LogReceipt> RunAsync(IChangeSource source, string directory, long rows)
    {
        await using var log = LogTraffic.Open(directory);
        var topic = await log.OpenTopicAsync("rows", new TopicOptions { Partitions = Partitions }, default);
        var partitions = new ILogPartition[Partitions];
        for (int number = 0; number < Partitions; number++) partitions[number] = await topic.OpenPartitionAsync(number, default);
        var free = Channel.CreateBounded<ChangeBatch>(BatchesBetween);
        var full = Channel.CreateBounded<ChangeBatch>(BatchesBetween);
        for (int batch = 0; batch < BatchesBetween; batch++) free.Writer.TryWrite(new ChangeBatch());
        Task reading = Task.Run(() => ReadAsync(source, free.Reader, full.Writer, rows));
        var receipt = await Task.Run(() => AppendAsync(full.Reader, free.Writer, partitions));
        await reading;
        foreach (var partition in partitions) await partition.DisposeAsync();
        return receipt;
    }

    static async Task ReadAsync(IChangeSource source, ChannelReader<ChangeBatch> free, ChannelWriter<ChangeBatch> full, long rows)
    {
        try
        {
            for (long read = 0; read < rows;)
            {
                var batch = await free.ReadAsync();
                await source.ReadAsync(batch, default);
                read += batch.Count;
                await full.WriteAsync(batch);
            }

            full.Complete();
        }
        catch (Exception error)
        {
            full.Complete(error);
        }
    }

    static async Task<LogReceipt> AppendAsync(ChannelReader<ChangeBatch> full, ChannelWriter<ChangeBatch> free, ILogPartition[] partitions)
    {
        var encoders = new LogBatchEncoder[partitions.Length];
        for (int number = 0; number < encoders.Length; number++) encoders[number] = new LogBatchEncoder(1 << 20);
        var inFlight = new Queue<Task>();
        var receipt = LogReceipt.Empty;
        await foreach (var batch in full.ReadAllAsync())
        {
            Encode(batch, encoders);
            long sequence = batch.EndSequence;
            free.TryWrite(batch);
            for (int number = 0; number < partitions.Length; number++)
            {
                if (encoders[number].Records == 0) continue;
                while (inFlight.Count >= AppendsInFlight * partitions.Length) await inFlight.Dequeue();
                var append = partitions[number].AppendEncoded(encoders[number].Finish(new LogProducer(1, 0, sequence)));
                receipt += append.Receipt;
                inFlight.Enqueue(append.Durable);
                encoders[number].Reset();
            }
        }

        await Task.WhenAll(inFlight);
        return receipt;
    }

    static void Encode(ChangeBatch batch, LogBatchEncoder[] encoders)
    {
        var bytes = batch.Bytes.Written;
        foreach (ref readonly var entry in batch.Entries)
        {
            var key = bytes.Slice(entry.KeyStart, entry.KeyLength);
            encoders[TopicPartitioner.PartitionOf(key, encoders.Length)].Add(key, bytes.Slice(entry.ValueStart, entry.ValueLength), entry.TimestampMilliseconds);
        }
    }
}
