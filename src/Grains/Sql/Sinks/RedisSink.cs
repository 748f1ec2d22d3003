using Orrery.Connectors.Dialects;
using Orrery.Connectors.Redis;
using Orrery.Connectors.Rows;
using Orrery.Grains.Sql.Running;
using Orrery.Sql.Catalogs;

namespace Orrery.Grains.Sql.Sinks;

/// <summary>Hashes by key in Redis, written with the epoch's number as marker, one an insert, so that a repeat is known. See <see cref="RedisDimension"/>.</summary>
sealed class RedisSink(Relation relation, string connection, string prefix, long id, TimeProvider time) : IJoiningSink
{
    // The worker tries again for as long as it takes, and says meanwhile why.
    const int AttemptsMax = 3;

    RedisDimension? dimension;

    public async Task WriteAsync(IReadOnlyList<SinkChanges> epochs, int term, CancellationToken cancellationToken)
    {
        TableSchema schema = SinkTypes.Schema(relation, "sql", relation.Name);
        try
        {
            dimension ??= await RedisDimension.OpenAsync(connection, schema, new RedisDimensionOptions { Prefix = prefix, MarkerSuffix = $"#sink-{id:x}", AttemptsMax = AttemptsMax }, time, cancellationToken);
            if (dimension.Marker is { } marker && marker.Sequence >= epochs[^1].Epoch)
                return;
            // Of those that are there already too: what a key comes to at the end is the same.
            await dimension.ApplyAsync(Changes(schema, KeyedChanges.Of(relation, epochs.SelectMany(static epoch => epoch.Rows))), new RedisMarker(epochs[^1].Epoch, ""), cancellationToken);
        }
        catch
        {
            // Opened anew it reads the marker that is there.
            dimension?.Dispose();
            dimension = null;
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        dimension?.Dispose();
        return ValueTask.CompletedTask;
    }

    RedisChange[] Changes(TableSchema schema, KeyedChanges keyed)
    {
        var batch = new RowBatch(schema);
        foreach (object?[] row in keyed.Deletes.Concat(keyed.Upserts))
            SinkTypes.Add(batch, row, relation.Schema);
        return [.. Enumerable.Range(0, batch.Count).Select(row => row < keyed.Deletes.Count ? new RedisChange(batch.KeyOf(row), IsDeleted: true) : new RedisChange(batch[row].ToArray()))];
    }
}
