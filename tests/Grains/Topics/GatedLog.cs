using System.Collections.Concurrent;
using Orrery.Log;

namespace Orrery.Grains.Tests.Topics;

/// <summary>What a test lets the logs of all silos do, and what it sees of them.</summary>
class LogGates
{
    Task? beforeNextAppend;

    /// <summary>The next append waits for it before it begins; those after it do not.</summary>
    public void HoldNextAppend(Task until) => Volatile.Write(ref beforeNextAppend, until);

    /// <summary>What an append that begins now has to wait for.</summary>
    public virtual Task? TakeHold() => Interlocked.Exchange(ref beforeNextAppend, null);

    /// <summary>Appends that are durable wait for it before their owner hears so.</summary>
    public Task BeforeAcknowledge { get; set; } = Task.CompletedTask;

    /// <summary>Ends when an append is durable and not yet acknowledged.</summary>
    public TaskCompletionSource Written { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Every partition that was opened, in order.</summary>
    public ConcurrentQueue<ILogPartition> Opened { get; } = [];
}

/// <summary>A log whose appends the test can hold up.</summary>
sealed class GatedLog(ILog inner, LogGates gates) : ILog
{
    public DiskForecast? Disk => inner.Disk;

    public async ValueTask<ILogTopic> OpenTopicAsync(string name, TopicOptions options, CancellationToken cancellationToken) =>
        new Topic(await inner.OpenTopicAsync(name, options, cancellationToken), gates);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    sealed class Topic(ILogTopic inner, LogGates gates) : ILogTopic
    {
        public string Name => inner.Name;

        public int PartitionCount => inner.PartitionCount;

        public async ValueTask<ILogPartition> OpenPartitionAsync(int number, long term, CancellationToken cancellationToken)
        {
            var opened = await inner.OpenPartitionAsync(number, term, cancellationToken);
            gates.Opened.Enqueue(opened);
            return new Partition(opened, gates);
        }
    }

    sealed class Partition(ILogPartition inner, LogGates gates) : ILogPartition
    {
        public int Number => inner.Number;

        public long Term => inner.Term;

        public long StartOffset => inner.StartOffset;

        public long EndOffset => inner.EndOffset;

        public long DiskBytes => inner.DiskBytes;

        public LogAppend Append(ReadOnlySpan<LogRecord> records, LogProducer producer = default) => Gate(inner.Append(records, producer));

        public LogAppend AppendEncoded(ReadOnlyMemory<byte> batch)
        {
            return gates.TakeHold() is { } before ? new LogAppend(-1, LogReceipt.Empty, AppendLater(before, batch)) : Gate(inner.AppendEncoded(batch));
        }

        public LogProducerPosition? LastOf(long producerId) => inner.LastOf(producerId);

        public ValueTask<LogRead> ReadAsync(long offset, int bytesLimit, CancellationToken cancellationToken) => inner.ReadAsync(offset, bytesLimit, cancellationToken);

        public ValueTask WaitAsync(long offset, CancellationToken cancellationToken) => inner.WaitAsync(offset, cancellationToken);

        public ValueTask<long> FindOffsetAsync(long timestampMilliseconds, CancellationToken cancellationToken) => inner.FindOffsetAsync(timestampMilliseconds, cancellationToken);

        public void Hold(string consumer, long offset) => inner.Hold(consumer, offset);

        public void Release(string consumer) => inner.Release(consumer);

        public void AdvanceLowWater(long offset) => inner.AdvanceLowWater(offset);

        public ValueTask ReopenAsync(CancellationToken cancellationToken) => inner.ReopenAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        async Task AppendLater(Task before, ReadOnlyMemory<byte> batch)
        {
            await before.ConfigureAwait(false);
            await inner.AppendEncoded(batch).Durable.ConfigureAwait(false);
        }

        LogAppend Gate(LogAppend append) => gates.BeforeAcknowledge.IsCompleted ? append : append with { Durable = AcknowledgeLater(append.Durable) };

        async Task AcknowledgeLater(Task durable)
        {
            await durable.ConfigureAwait(false);
            gates.Written.TrySetResult();
            await gates.BeforeAcknowledge.ConfigureAwait(false);
        }
    }
}
