using System.Diagnostics;

namespace Orrery.Log.Kafka;

/// <summary>A topic's partitions that are open here.</summary>
sealed class KafkaTopic(KafkaLog log, string name, TopicOptions options) : ILogTopic
{
    readonly KafkaPartition?[] partitions = new KafkaPartition?[options.Partitions];
    readonly SemaphoreSlim opening = new(1);
    bool closed;

    public string Name => name;

    public int PartitionCount => partitions.Length;

    public KafkaLog Log => log;

    public TopicOptions Options => options;

    public TagList Tags { get; } = new() { { "orrery.log.topic", name } };

    public async ValueTask<ILogPartition> OpenPartitionAsync(int number, long term, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, partitions.Length);
        ArgumentOutOfRangeException.ThrowIfNegative(term);
        await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(closed, this);
            // Who opens it now owns it: what an earlier owner in this process did not close is closed for it.
            if (partitions[number] is { } earlier)
            {
                if (earlier.Term > term) throw new LogFencedException($"Log partition {name}/{number} cannot be opened with term {term}: this process has it open with {earlier.Term}.", earlier.Term);
                await earlier.DisposeAsync().ConfigureAwait(false);
            }

            var partition = new KafkaPartition(this, number, term);
            await partition.ClaimAsync(cancellationToken).ConfigureAwait(false);
            return partitions[number] = partition;
        }
        finally
        {
            opening.Release();
        }
    }

    public void Forget(KafkaPartition partition) => Interlocked.CompareExchange(ref partitions[partition.Number], null, partition);

    public async Task CloseAsync()
    {
        await opening.WaitAsync().ConfigureAwait(false);
        try
        {
            closed = true;
            foreach (var partition in partitions)
            {
                if (partition is not null) await partition.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            opening.Release();
        }
    }
}
