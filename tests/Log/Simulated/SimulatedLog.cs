using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Log.Embedded;

namespace Orrery.Log.Tests.Simulated;

/// <summary>An embedded log with simulated files, clock and flusher: nothing happens but what the test says.</summary>
sealed class SimulatedLog(TopicOptions options, long? freeBytesMin = 0, SimulatedFileSystem? disk = null, SimulatedProcess? process = null, ManualTime? time = null)
{
    EmbeddedLog? log;

    public ILog Log => log!;

    public SimulatedFileSystem Files { get; } = disk ?? new();

    public ManualTime Time { get; } = time ?? new();

    public ManualScheduler Flusher { get; private set; } = new();

    public ILogPartition Partition { get; private set; } = null!;

    public static LogRecord Record(string value, long timestamp = 0) => new(default, System.Text.Encoding.UTF8.GetBytes(value), timestamp);

    public void Open()
    {
        Flusher = new ManualScheduler(); // what an ended process had queued is gone
        log = new EmbeddedLog(new EmbeddedLogOptions { Directory = "/log", Flusher = Flusher, FreeBytesMin = freeBytesMin }, process is null ? Files : process, Time, NullLogger<EmbeddedLog>.Instance, new TestMeters());
        Partition = log.OpenTopicAsync("t", options, CancellationToken.None).AsTask().GetAwaiter().GetResult().OpenPartitionAsync(0, CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }

    public LogAppend Append(params LogRecord[] records) => Partition.Append(records);

    public void Reopen()
    {
        var task = Partition.ReopenAsync(CancellationToken.None).AsTask();
        Flusher.Run();
        task.GetAwaiter().GetResult();
    }

    public void Close()
    {
        var task = log!.DisposeAsync().AsTask();
        Flusher.Run();
        task.GetAwaiter().GetResult();
    }

    public List<LogRecord> ReadAll(long offset, int bytesLimit = 1 << 20) => [.. ReadWithOffsets(offset, bytesLimit).Select(static entry => entry.Record)];

    public List<(long Offset, LogRecord Record)> ReadWithOffsets(long offset, int bytesLimit = 1 << 20)
    {
        long from = offset;
        var records = new List<(long, LogRecord)>();
        while (true)
        {
            using var read = Partition.ReadAsync(offset, bytesLimit, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            if (read.Batches.Count == 0) return records;
            foreach (var batch in read.Batches)
            {
                var sum = LogReceipt.Empty;
                var each = batch.GetEnumerator();
                while (each.MoveNext())
                {
                    var copy = new LogRecord(each.Current.Key.ToArray(), each.Current.Value.ToArray(), each.Current.TimestampMilliseconds, each.Current.Headers.ToArray());
                    sum += LogReceipt.Of([copy]);
                    if (each.Offset >= from) records.Add((each.Offset, copy));
                }

                sum.ShouldBe(batch.Receipt);
            }

            offset = read.NextOffset;
        }
    }
}
