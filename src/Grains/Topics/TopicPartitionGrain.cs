using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Grains.Storing;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Topics;

/// <summary>
/// The owner of a partition.
/// <para>Taking over: the activation raises the stored term (storage lets only the key's present owner write), then opens the partition with it. From then on the
/// log refuses what an owner of a lower term appends, and that owner acknowledges nothing more; all that it had acknowledged is here.</para>
/// <para>An append is answered when it is durable. If that is not known (fenced, failed, the silo lost), the caller sends the same batch again: its producer,
/// epoch and sequence tell the log whether it has it.</para>
/// <para>After a failure of the log, or once it is fenced, the activation ends; the next call finds the owner of the day, which opens the partition anew.</para>
/// </summary>
sealed partial class TopicPartitionGrain : Grain, ITopicPartitionGrain
{
    /// <summary>How often a term that the log refuses is raised above the one that the log knows.</summary>
    const int TermRaisesMax = 5;

    readonly IPersistentState<TopicPartitionState> stored;
    readonly StateWriter writer;
    readonly ILog log;
    readonly TopicGrainOptions options;
    readonly TimeProvider time;
    readonly ILogger<TopicPartitionGrain> logger;
    readonly AppendRate rate;
    ILogPartition partition = null!;
    string topic = "";
    int number;
    long? newestMilliseconds;
    Task newest = Task.CompletedTask;
    bool isEnding;

    public TopicPartitionGrain(
        [PersistentState("partition")] IPersistentState<TopicPartitionState> stored, ILog log, IOptions<TopicGrainOptions> options, TimeProvider time, ILogger<TopicPartitionGrain> logger)
    {
        this.stored = stored;
        this.log = log;
        this.options = options.Value;
        this.time = time;
        this.logger = logger;
        rate = new AppendRate(time);
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        (topic, number) = TopicKeys.Parse(this.GetPrimaryKeyString());
        var settings = await GrainFactory.GetGrain<ITopicGrain>(topic).Get();
        if (number >= settings.Partitions) throw new NotFoundException($"Topic '{topic}' has {settings.Partitions} partitions, numbered from 0: there is no {number}.");
        partition = await OpenAsync(settings, cancellationToken);
        foreach (var (consumer, offset) in stored.State.Holds)
        {
            if (offset > partition.EndOffset) TopicMessages.HoldPastEnd(logger, consumer, topic, number, offset, partition.EndOffset);
            partition.Hold(consumer, Math.Min(offset, partition.EndOffset));
        }

        TopicMessages.Opened(logger, topic, number, partition.Term, partition.StartOffset, partition.EndOffset);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (partition is not null) await partition.DisposeAsync();
    }

    public async Task<TopicAppend> Append(byte[] encodedBatch)
    {
        LogAppend append;
        try
        {
            append = partition.AppendEncoded(encodedBatch);
            newest = append.Durable;
            await append.Durable;
        }
        catch (Exception failure) when (Translate(failure) is { } told)
        {
            throw told;
        }

        var receipt = append.Receipt;
        if (!append.Repeated)
        {
            rate.Add(receipt.Records, receipt.Bytes);
            newestMilliseconds = Math.Max(newestMilliseconds ?? long.MinValue, receipt.LastMilliseconds);
        }

        return new TopicAppend(append.DurableOffset, (int)receipt.Records, append.Repeated);
    }

    public async Task<TopicRead> Read(long offset, int bytesLimit, TimeSpan wait)
    {
        try
        {
            if (wait > TimeSpan.Zero && offset == partition.EndOffset) await WaitAsync(offset, wait < options.ReadWaitMax ? wait : options.ReadWaitMax);
            using var read = await partition.ReadAsync(offset, Math.Clamp(bytesLimit, 1, options.ReadBytesMax), CancellationToken.None);
            return new TopicRead(read.Encoded.ToArray(), read.NextOffset, Math.Max(read.NextOffset, partition.EndOffset));
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

    public async Task<ProducerPosition?> LastOf(long producer)
    {
        // The log knows batches before they are durable; a producer that counts on one must find it after a power cut, too.
        await StateWriter.Settled(newest);
        return partition.LastOf(producer) is { } last ? new ProducerPosition(last.Epoch, last.Sequence) : null;
    }

    public async Task<long> FindOffset(long timestampMilliseconds) => await partition.FindOffsetAsync(timestampMilliseconds, CancellationToken.None);

    public async Task Hold(string consumer, long offset)
    {
        if (string.IsNullOrEmpty(consumer) || consumer.Length > 200) throw new InvalidInputException("consumer", $"A consumer's name has 1 to 200 characters; this one has {consumer?.Length ?? 0}.");
        if (offset < 0 || offset > partition.EndOffset)
            throw new InvalidInputException("offset", $"'{consumer}' cannot hold {topic}/{number} from offset {offset}: it ends at {partition.EndOffset}.");
        var holds = stored.State.Holds;
        if (holds.TryGetValue(consumer, out long held) && held == offset) return;
        if (!holds.ContainsKey(consumer) && holds.Count >= options.HoldsMax)
            throw new LimitReachedException($"{holds.Count} consumers hold {topic}/{number}, and {options.HoldsMax} are the most (TopicGrainOptions.HoldsMax). Release those that are gone.");
        partition.Hold(consumer, offset);
        holds[consumer] = offset;
        await writer.WriteAsync();
    }

    public async Task Release(string consumer)
    {
        if (!stored.State.Holds.Remove(consumer)) return;
        await writer.WriteAsync();
        partition.Release(consumer);
    }

    public Task<PartitionInfo> Info()
    {
        var (records, bytes) = rate.Read();
        var disk = log.Disk is { } forecast ? new TopicDisk(forecast.FreeBytes, forecast.TotalBytes, forecast.BytesPerSecond, forecast.FullAt) : null;
        return Task.FromResult(new PartitionInfo(
            number, partition.StartOffset, partition.EndOffset, partition.DiskBytes, records, bytes, newestMilliseconds, partition.Term,
            new Dictionary<string, long>(stored.State.Holds), disk));
    }

    async Task<ILogPartition> OpenAsync(TopicSettings settings, CancellationToken cancellationToken)
    {
        long term = stored.State.Term + 1;
        for (int raises = 0; ; raises++)
        {
            stored.State.Term = term;
            await stored.WriteStateAsync();
            try
            {
                var opened = await log.OpenTopicAsync(topic, TopicRules.LogOptions(settings, options), cancellationToken);
                return await opened.OpenPartitionAsync(number, term, cancellationToken);
            }
            catch (LogFencedException fenced) when (raises < TermRaisesMax)
            {
                // Storage was put back to an earlier day, or lost: the log remembers later owners. This one wrote its state, so it is the owner.
                long next = checked(Math.Max(fenced.Term, term) + 1);
                TopicMessages.TermBehind(logger, topic, number, term, next);
                term = next;
            }
            catch (LogTopicMissingException missing)
            {
                throw new NotFoundException(missing.Message);
            }
            catch (Exception failure) when (failure is LogException or IOException or UnauthorizedAccessException)
            {
                throw new TopicUnavailableException($"Partition {topic}/{number} cannot be opened: {failure.Message}");
            }
        }
    }

    async Task WaitAsync(long offset, TimeSpan wait)
    {
        using var limit = new CancellationTokenSource(wait, time);
        try
        {
            await partition.WaitAsync(offset, limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // Nothing came: the answer is empty.
        }
    }

    /// <summary>What the caller is told of the log's failure; null where it is told as it is. Ends the activation where it is no owner any more.</summary>
    Exception? Translate(Exception failure)
    {
        switch (failure)
        {
            case LogOverloadedException or LogFullException:
                return new OverloadedException(failure.Message);
            case LogCorruptException or ArgumentException:
                return new InvalidInputException("encodedBatch", failure.Message);
            case LogTopicMissingException:
                return new NotFoundException(failure.Message);
            case LogUnavailableException:
                return new TopicUnavailableException(failure.Message);
            case LogFencedException:
                if (!isEnding) TopicMessages.Fenced(logger, topic, number, partition.Term);
                break;
            case LogFailedException:
                if (!isEnding) TopicMessages.Failed(logger, topic, number, failure);
                break;
            case ObjectDisposedException or IOException:
                break;
            default:
                return null;
        }

        isEnding = true;
        DeactivateOnIdle();
        return new TopicUnavailableException($"Partition {topic}/{number} changes its owner: {failure.Message} Make the call again in a moment.");
    }
}
