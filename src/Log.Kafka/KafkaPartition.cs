using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Orrery.Log.Embedded;

namespace Orrery.Log.Kafka;

/// <summary>
/// One partition of a topic in Kafka, as its owner sees it.
/// <para>Claiming: an owner is a number, the term and how often it was opened in that term. The opener reads what earlier owners left (their newest marker says how far
/// producers got, and what follows it is read), writes a marker with a higher owner, and reads once more up to that marker. Whatever a lower owner writes behind it is
/// passed over by every reader.</para>
/// <para>Appending: the records of a batch go to the producer one after another, tagged, and the broker's word for the last of them ends the batch. The owner knows at which
/// offset its batch has to begin. If it begins there, nobody else wrote in between, so nobody had claimed the partition, and it is acknowledged. Otherwise what
/// lies in between is read first: a claim there means that this owner is fenced and nothing is acknowledged; a hole in the batch means that it failed.</para>
/// <para>Failure: what waits fails, and appends are refused until the partition is reopened, which claims it anew, so that what is still on its way does not count.</para>
/// <para>Not guaranteed: holds and the low water do not reach Kafka, whose retention is its own.</para>
/// </summary>
sealed partial class KafkaPartition : ILogPartition
{
    readonly KafkaTopic topic;
    readonly KafkaLog log;
    readonly TopicPartition place;
    readonly Lock gate = new(); // everything below
    readonly Queue<PendingBatch> pending = []; // in the order of offsets
    readonly Queue<PendingBatch> delivered = []; // of these, those that the broker has answered
    readonly Dictionary<string, long> holds = new(StringComparer.Ordinal);
    readonly List<OwnerClaim> claims = [];
    readonly Message<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> message = new();
    ProducerTable producers;
    IProducer<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> producer = null!;
    byte[][] tags = []; // of this owner's records, by their index in their batch
    TaskCompletionSource? advanced;
    LogException? failure;
    long owner, expectedOffset, startOffset, foreignEnd, markerOffset, pendingBytes, lastAppendedMilliseconds;
    int recordsSinceMarker;
    bool closed, settling, carriesTimes;

    public KafkaPartition(KafkaTopic topic, int number, long term)
    {
        this.topic = topic;
        log = topic.Log;
        Number = number;
        Term = term;
        place = new TopicPartition(log.Options.TopicPrefix + topic.Name, number);
        producers = NewTable();
    }

    public int Number { get; }

    public long Term { get; }

    public long StartOffset
    {
        get
        {
            lock (gate) return startOffset;
        }
    }

    public long EndOffset
    {
        get
        {
            lock (gate) return End;
        }
    }

    public long DiskBytes => -1;

    long End => pending.Count == 0 && failure is null ? Math.Max(expectedOffset, foreignEnd) : expectedOffset;

    public LogProducerPosition? LastOf(long producerId)
    {
        lock (gate) return producers.Find(producerId);
    }

    public async ValueTask WaitAsync(long offset, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (End > offset) return;
                ObjectDisposedException.ThrowIf(closed, this);
                advanced ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wait = advanced.Task;
            }

            // Others may write as well: the broker is asked from time to time.
            await Task.WhenAny(wait, Task.Delay(log.Options.WatchPeriod, log.Time, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (!wait.IsCompleted) await Task.Run(RefreshEnds, cancellationToken).ConfigureAwait(false);
        }
    }

    public void AdvanceLowWater(long offset)
    {
        lock (gate) ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, End);
    }

    public void Hold(string consumer, long offset)
    {
        lock (gate)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, End);
            if (holds.Count >= topic.Options.HoldsLimit && !holds.ContainsKey(consumer))
                throw new LogOverloadedException($"{holds.Count} consumers hold {this}, and {topic.Options.HoldsLimit} is the limit (TopicOptions.HoldsLimit): '{consumer}' cannot.");
            holds[consumer] = offset;
        }
    }

    public void Release(string consumer)
    {
        lock (gate) holds.Remove(consumer);
    }

    public async ValueTask ReopenAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            if (failure is LogFencedException) throw failure;
            if (failure is null) return;
        }

        await ClaimAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        Task last;
        TaskCompletionSource? readers;
        lock (gate)
        {
            if (closed) return;
            closed = true;
            last = pending.Count == 0 ? Task.CompletedTask : pending.Last().Completion.Task;
            readers = advanced;
            advanced = null;
        }

        readers?.SetResult();
        await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Run(DropCursors).ConfigureAwait(false);
        topic.Forget(this);
    }

    public override string ToString() => $"log partition {topic.Name}/{Number} in Kafka";

    ProducerTable NewTable() => new(Math.Min(topic.Options.ProducersLimit, log.Options.ProducersLimit), topic.Options.ProducerIdleLimit);

    void RefreshEnds()
    {
        var (low, high) = log.QueryOffsets(place);
        lock (gate)
        {
            startOffset = low;
            foreignEnd = high;
        }
    }
}
