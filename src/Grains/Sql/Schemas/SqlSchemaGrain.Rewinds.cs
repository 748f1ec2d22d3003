using System.Globalization;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Topics;
using Orrery.Sql.Catalogs;

namespace Orrery.Grains.Sql.Schemas;

/// <summary>Tables that are told to be read again: a change of the schema like another, so that it is in the journal and whoever does the epochs again does the same.</summary>
sealed partial class SqlSchemaGrain
{
    public async Task<SqlRewound> Rewind(string name, SqlRewind rewind)
    {
        SqlDefinition definition = Known(name);
        Relation? relation = catalog.TryBind(definition)?.Relation;
        if (definition.Kind != DefinitionKind.Table || relation is null || TableOptions.Of(relation) is not { Connector: TableOptions.TopicConnector } table)
            throw new ConflictException($"'{definition.Name}' is a {Word(definition, relation is null || definition.Kind != DefinitionKind.Table ? null : TableOptions.Of(relation))}; only a table that is read from a topic can be rewound.");
        if ((rewind.Earliest ? 1 : 0) + (rewind.Time is null ? 0 : 1) + (rewind.Offsets is null ? 0 : 1) != 1)
            throw new InvalidInputException("offset", "Give one of earliest, time and offset, and no other: from where the topic is to be read again.");
        await changing.WaitAsync();
        try
        {
            PartitionInfo[] partitions = [.. (await GrainFactory.GetGrain<ITopicGrain>(table.Topic).Info()).Partitions.OrderBy(static partition => partition.Number)];
            long[] from = await OffsetsAsync(table.Topic, partitions, rewind);
            Dictionary<int, long> before = (await StatusAsync()).Sources.Where(source => source.Relation == definition.Name).ToDictionary(static source => source.Partition, static source => source.Offset);
            var rewound = TableRewind.Of(from, relation.PrimaryKey.Count > 0 && !rewind.Empties);
            await ChangeAsync(
                State.Definitions.Select(other => other.Name == definition.Name ? other with { Version = State.Version + 1, Rewound = rewound } : other), rewind.User,
                $"REWIND {definition.Name} TO {rewound.Offsets}{(rewound.KeepsRows ? "" : " EMPTIED")}");
            await ApplyAsync();
            return new SqlRewound(Info(Known(name), await StatusAsync()), [.. from.Select((offset, number) => new RewoundPartition(number, offset, before.GetValueOrDefault(number, offset)))]);
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>By partition, where the topic is read again.</summary>
    async Task<long[]> OffsetsAsync(string topic, PartitionInfo[] partitions, SqlRewind rewind)
    {
        if (rewind.Earliest)
            return [.. partitions.Select(static partition => partition.Start)];
        if (rewind.Time is { } time)
            return await Task.WhenAll(partitions.Select(partition => GrainFactory.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(topic, partition.Number)).FindOffset(time.ToUnixTimeMilliseconds())));
        if (rewind.Offsets!.Count != partitions.Length)
            throw new InvalidInputException("offsets", $"{rewind.Offsets.Count} offsets were given; the topic '{topic}' has {partitions.Length} partitions. Give offsets with one for each, by number.");
        foreach (PartitionInfo partition in partitions)
        {
            if (rewind.Offsets[partition.Number] is var offset && (offset < partition.Start || offset > partition.End))
                throw new InvalidInputException(
                    "offsets", string.Create(CultureInfo.InvariantCulture, $"The offset {offset} of partition {partition.Number} is not in '{topic}', which has {partition.Start} up to before {partition.End}. What was deleted cannot be read again."));
        }

        return [.. rewind.Offsets];
    }
}
