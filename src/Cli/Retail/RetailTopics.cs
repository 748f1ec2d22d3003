using System.Text;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Topics;
using Orrery.Retail.Canal;
using Orrery.Retail.Pipelines;
using Orrery.Retail.Schema;

namespace Orrery.Cli.Retail;

/// <summary>Puts canal's messages into topics of the log, one topic a table, each message once whatever fails on the way.</summary>
sealed class RetailTopics(IGrainFactory grains, IReadOnlyList<RetailTable> tables, int partitions, TimeProvider time, int seed)
{
    static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    readonly Dictionary<string, TopicWriter> writers = new(StringComparer.Ordinal);
    long sequence;

    /// <summary>Makes the topics where they are not there, those that the pipelines' sinks write too.</summary>
    /// <exception cref="InvalidInputException">A topic is there with another number of partitions: rows would go to others than before.</exception>
    public async Task OpenAsync()
    {
        var settings = new TopicSettings { Partitions = partitions, Flush = TopicFlush.Interval, RetainAge = TimeSpan.FromDays(7), DeletesUnread = false };
        // Whoever starts anew is another producer: its sequence begins anew, too.
        long producer = TopicWriter.ProducerOf($"retail/{time.GetUtcNow().ToUnixTimeMilliseconds()}");
        foreach (string output in RetailPipelines.OutputTopics)
            await grains.GetGrain<ITopicGrain>(output).Create(settings);
        foreach (RetailTable table in tables)
        {
            TopicSettings known = await grains.GetGrain<ITopicGrain>(table.Topic).Create(settings);
            if (known.Partitions != partitions)
                throw new InvalidInputException("partitions", $"The topic {table.Topic} has {known.Partitions} partitions, and {partitions} are wanted: say --partitions {known.Partitions}.");
            writers[table.Topic] = new TopicWriter(grains, table.Topic, partitions, producer, 1, time, new Random(seed));
        }
    }

    /// <summary>Takes a message; those of tables without a topic here are passed over.</summary>
    public void Add(CanalMessage message)
    {
        if (writers.TryGetValue(message.Topic, out TopicWriter? writer))
            writer.AddTo(message.Partition, Encoding.UTF8.GetBytes(message.Key), message.Value, time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    /// <summary>Returns when all that was added is in the log. A cluster that loses a silo is waited for.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        sequence++;
        TopicWriter[] waiting = [.. writers.Values.Where(static writer => writer.Records > 0)];
        await Task.WhenAll(waiting.Select(writer => FlushAsync(writer, cancellationToken)));
    }

    async Task FlushAsync(TopicWriter writer, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await writer.FlushAsync(sequence, cancellationToken);
                return;
            }
            catch (Exception passing) when (passing is TopicUnavailableException or OverloadedException or SiloUnavailableException or TimeoutException)
            {
                await Task.Delay(RetryPause, time, cancellationToken);
            }
        }
    }
}
