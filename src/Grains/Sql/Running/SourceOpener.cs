using System.Collections.Concurrent;
using Orrery.Connectors.ChangeCapture.Messages;
using Orrery.Dataflow.Graphs;
using Orrery.Grains.Sql.Sources;
using Orrery.Interfaces.Topics;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Rows;

namespace Orrery.Grains.Sql.Running;

/// <summary>Opens what tables are read from.</summary>
sealed class SourceOpener(IGrainFactory grains, string tenant, SqlOptions options, TimeProvider time)
{
    // Tables over one topic read it together.
    readonly ConcurrentDictionary<(string Topic, int Partition), TopicReads> reads = new();
    readonly ConcurrentDictionary<(string Topic, string Format, string Named), SharedDecoding> decodings = new();

    /// <summary>Where each partition of a new table begins to be read.</summary>
    public async Task<long[]> StartsAsync(Relation relation)
    {
        TableOptions table = TableOptions.Of(relation);
        if (!table.IsSource)
            return [];
        if (table.Connector == TableOptions.Nexmark)
            return [0];
        TopicInfo info = await grains.GetGrain<ITopicGrain>(TopicOf(relation, table)).Info();
        // What an earlier table of the same name left in its topic is not this one's.
        return [.. info.Partitions.OrderBy(static partition => partition.Number).Select(partition => table.FromLatest || table.HasOwnTopic ? partition.End : partition.Start)];
    }

    public SourceTable Open(DataflowTable into, long version, RowArena arena, long[] starts, Action<nint, int>? give = null)
    {
        Relation relation = into.Relation;
        TableOptions table = TableOptions.Of(relation);
        string topic = TopicOf(relation, table);
        SourceCursor[] cursors = table.Connector == TableOptions.Nexmark
            ? [new GeneratedCursor(NexmarkOptions.Of(relation), starts[0], options.GeneratedPerEpoch, time)]
            : [.. starts.Select((start, number) => new TopicCursor(reads.GetOrAdd((topic, number), ReadsOf), topic, number, start))];
        return new SourceTable(relation.Name, version, topic, table, Decoder(relation, table), new RowTarget(into, arena, give), cursors);
    }

    /// <summary>Offsets that are not below what a table's topic still has.</summary>
    public async Task<long[]> NotBeforeAsync(Relation relation, long[] offsets)
    {
        TopicInfo info = await grains.GetGrain<ITopicGrain>(TopicOf(relation, TableOptions.Of(relation))).Info();
        return [.. offsets.Select((offset, number) => info.Partitions.FirstOrDefault(partition => partition.Number == number) is { } partition ? Math.Max(partition.Start, offset) : offset)];
    }

    /// <summary>The topic whose records must not be deleted before they are read; empty: there is none.</summary>
    public string HeldTopicOf(Relation relation) => TableOptions.Of(relation) is { IsSource: true } table && table.Connector != TableOptions.Nexmark ? TopicOf(relation, table) : "";

    public string TopicOf(Relation relation, TableOptions table) => table.Connector switch
    {
        TableOptions.Nexmark => TableOptions.Nexmark,
        _ when table.HasOwnTopic => SqlKeys.TableTopic(tenant, relation.Name),
        _ => table.Topic,
    };

    TopicReads ReadsOf((string Topic, int Partition) place) => new(grains, place.Topic, place.Partition, options.ReadBytes, time);

    IRowDecoder Decoder(Relation relation, TableOptions table)
    {
        return (table.Connector, table.Format) switch
        {
            (TableOptions.Nexmark, _) => new NexmarkDecoder(NexmarkOptions.Of(relation)),
            (TableOptions.TopicConnector, "change" or "canal" or "debezium" or "maxwell") => new ChangeDecoder(grains, tenant, DecodingOf(relation, table), table.SourceTable),
            (TableOptions.TopicConnector, "csv") => new CsvDecoder(),
            _ => new JsonDecoder(),
        };
    }

    /// <summary>Tables over one topic share what is decoded, but for those that may be meant by messages without a table's name.</summary>
    SharedDecoding DecodingOf(Relation relation, TableOptions table)
    {
        string named = table.Format != "change" && (table.SourceTable.Length == 0 || table.SourceTable.EndsWith(relation.Name, StringComparison.OrdinalIgnoreCase)) ? relation.Name : "";
        return decodings.GetOrAdd((table.Topic, table.Format, named), static key =>
        {
            // No table is called so.
            var messages = new ChangeMessageOptions { Table = key.Named.Length > 0 ? key.Named : "(unnamed)" };
            return new SharedDecoding(key.Format switch
            {
                "canal" => new CanalReader(messages),
                "debezium" => new DebeziumReader(messages),
                "maxwell" => new MaxwellReader(messages),
                _ => null,
            });
        });
    }
}
