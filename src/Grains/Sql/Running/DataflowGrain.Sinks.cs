using Orrery.Grains.Sql.Schemas;
using Orrery.Grains.Sql.Sinks;
using Orrery.Grains.Storing;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Sql.Running;

/// <summary>What leaves the dataflow: changes to sinks, what could not be read to dead letters.</summary>
sealed partial class DataflowGrain
{
    static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(10);

    readonly Dictionary<string, SinkWorker> sinks = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, long> sinkVersions = new(StringComparer.OrdinalIgnoreCase);

    async Task CloseSinksAsync()
    {
        SinkWorker[] open = [.. sinks.Values];
        sinks.Clear();
        foreach (SinkWorker sink in open)
            await sink.DisposeAsync();
    }

    async Task EmitAsync(DataflowEngine into, long number, EngineStep step, CancellationToken cancellationToken)
    {
        foreach (SinkChanges output in step.Outputs)
            await SinkOf(into, output.Insert).GiveAsync(output, cancellationToken);
        if (step.Rejected.Count > 0)
            await PutAsideAsync(into, number, step.Rejected, cancellationToken);
    }

    /// <summary>Sinks of inserts that are gone write what they were given, and end. An insert that is made anew over something else keeps its sink, with what waits for it.</summary>
    async Task EndSinksAsync(Journals.SchemaChange change, CancellationToken cancellationToken)
    {
        foreach (string insert in change.Drop)
        {
            if (change.Make.Any(made => made.Name == insert && made.Version == sinkVersions.GetValueOrDefault(insert)) || !sinks.Remove(insert, out SinkWorker? worker))
                continue;
            await StateWriter.Settled(worker.DrainAsync(cancellationToken).WaitAsync(DrainPatience, time, cancellationToken));
            await worker.DisposeAsync();
        }
    }

    SinkWorker SinkOf(DataflowEngine into, string insert)
    {
        if (sinks.TryGetValue(insert, out SinkWorker? known))
            return known;
        SqlDefinition definition = into.Catalog.Find(insert)!;
        sinkVersions[insert] = definition.Version;
        ISink sink = openSinks().Open(into.Catalog.Bind(definition).Relation!, Tenant, insert, definition.Version, Number);
        return sinks[insert] = new SinkWorker(
            sink, stored.State.Term, new SinkQueue(options.SpillFolder, options.SinkRowsMax, options.SinkFileBytesMax), options.SinkGather, options.RetryPause, options.RetryPauseMax, time,
            new Random(unchecked((int)TopicWriter.ProducerOf($"sql/{Tenant}/{insert}/{Number}"))), (number, pause, failure) => SqlMessages.SinkFailed(logger, Key, insert, number, pause, failure));
    }

    /// <summary>An epoch that is done again puts the same letters aside, which the log has already.</summary>
    async Task PutAsideAsync(DataflowEngine into, long number, IReadOnlyList<RejectedRecord> rejected, CancellationToken cancellationToken)
    {
        foreach (IGrouping<string, RejectedRecord> letters in rejected.GroupBy(static bad => bad.Relation))
        {
            if (into.Catalog.Find(letters.Key) is null)
                continue;
            string topic = SqlKeys.DeadTopic(Tenant, letters.Key);
            await GrainFactory.GetGrain<ITopicGrain>(topic).Create(new TopicSettings { RetainAge = TimeSpan.FromDays(options.DeadLetterDays) });
            var writer = new TopicWriter(GrainFactory, topic, 1, TopicWriter.ProducerOf($"sql/{Tenant}/{letters.Key}/dead{(Number == 0 ? "" : $"/{Number}")}"), 1, time, new Random(unchecked((int)number)));
            foreach (RejectedRecord bad in letters)
            {
                writer.Add(bad.Record.Key.Span, bad.Record.Value.Span, bad.Record.TimestampMilliseconds, DeadLetters.Headers(bad.Reason, bad.Partition, bad.Offset));
            }

            await writer.FlushAsync(number, cancellationToken);
        }
    }
}
