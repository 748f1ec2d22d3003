using System.Data.Common;
using System.Text;
using System.Text.Json;
using Npgsql;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Topics;
using Orrery.Log;
using StackExchange.Redis;

namespace Orrery.Cli.Retail.Warehouse;

/// <summary>The tables of PostgreSQL.</summary>
sealed class PostgreSqlPlace(NpgsqlDataSource database) : IResultPlace
{
    public string Name => "PostgreSQL";

    public bool Holds(ResultShape result) => true;

    public async Task<List<string>> ReadAsync(ResultShape result, CancellationToken cancellationToken)
    {
        var rows = new List<string>();
        await using NpgsqlCommand command = database.CreateCommand($"SELECT {string.Join(", ", result.Columns.Select(static column => column.Name))} FROM {result.Name}");
        await using DbDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(RowTexts.Join(Enumerable.Range(0, reader.FieldCount).Select(column => RowTexts.Of(reader, column))));
        return rows;
    }
}

/// <summary>Hashes of Redis: dimensions.</summary>
sealed class RedisPlace(IConnectionMultiplexer redis) : IResultPlace
{
    const int KeysAtOnce = 1_000;

    public string Name => "Redis";

    public bool Holds(ResultShape result) => result.Name.StartsWith("dim_", StringComparison.Ordinal);

    public async Task<List<string>> ReadAsync(ResultShape result, CancellationToken cancellationToken)
    {
        var rows = new List<string>();
        IDatabase database = redis.GetDatabase();
        // A scan may tell a key twice.
        foreach (RedisKey[] some in redis.GetServer(redis.GetEndPoints()[0]).Keys(pattern: result.Name + ":*", pageSize: KeysAtOnce).Distinct().Chunk(KeysAtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (HashEntry[] hash in await Task.WhenAll(some.Select(key => database.HashGetAllAsync(key))))
            {
                Dictionary<string, string?> fields = hash.ToDictionary(static field => (string)field.Name!, static field => (string?)field.Value, StringComparer.Ordinal);
                rows.Add(RowTexts.Join(result.Columns.Select(column => RowTexts.Of(fields.GetValueOrDefault(column.Name), column.Type))));
            }
        }

        return rows;
    }
}

/// <summary>The newest rows of the topics that sinks write: wide rows and events.</summary>
sealed class TopicPlace(IGrainFactory grains, IReadOnlySet<string> topics, TimeProvider time) : IResultPlace
{
    const int ReadBytes = 1 << 20;

    public string Name => "topic";

    public bool Holds(ResultShape result) => topics.Contains(TopicOf(result));

    public async Task<List<string>> ReadAsync(ResultShape result, CancellationToken cancellationToken)
    {
        var newest = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (PartitionInfo partition in (await grains.GetGrain<ITopicGrain>(TopicOf(result)).Info()).Partitions)
        {
            var reader = new TopicReader(grains, TopicOf(result), partition.Number, partition.Start, time, new Random(partition.Number));
            while (reader.Offset < partition.End)
            {
                TopicSlice slice = await reader.ReadAsync(ReadBytes, TimeSpan.Zero, cancellationToken);
                if (slice.Next == slice.From)
                    throw new InvalidDataException($"Partition {partition.Number} of {TopicOf(result)} ended at {slice.End}, before {partition.End}.");
                foreach ((_, LogRecord record) in slice.Records())
                {
                    string key = Encoding.UTF8.GetString(record.Key.Span);
                    if (record.Value.IsEmpty)
                        newest.Remove(key);
                    else
                        newest[key] = Row(record.Value, result);
                }
            }
        }

        return [.. newest.Values];
    }

    static string Row(ReadOnlyMemory<byte> value, ResultShape result)
    {
        using JsonDocument document = JsonDocument.Parse(value);
        JsonElement row = document.RootElement;
        return RowTexts.Join(result.Columns.Select(column => RowTexts.Of(row.TryGetProperty(column.Name, out JsonElement field) ? field : default, column.Type)));
    }

    static string TopicOf(ResultShape result) => $"retail.{result.Name}_kafka";
}
