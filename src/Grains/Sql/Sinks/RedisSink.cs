using Orrery.Connectors.Dialects;
using Orrery.Connectors.Redis;
using Orrery.Connectors.Rows;
using Orrery.Grains.Sql.Running;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Rows;

namespace Orrery.Grains.Sql.Sinks;

/// <summary>Hashes by key in Redis, written with the epoch's number as marker, so that a repeat is known. See <see cref="RedisDimension"/>.</summary>
sealed class RedisSink(Relation relation, string connection, string prefix, TimeProvider time) : ISink
{
    RedisDimension? dimension;

    public async Task WriteAsync(SinkChanges changes, int term, CancellationToken cancellationToken)
    {
        TableSchema schema = SinkTypes.Schema(relation, "sql", relation.Name);
        dimension ??= await RedisDimension.OpenAsync(connection, schema, new RedisDimensionOptions { Prefix = prefix }, time, cancellationToken);
        if (dimension.Marker is { } marker && marker.Sequence >= changes.Epoch)
            return;
        KeyedChanges keyed = KeyedChanges.Of(relation, changes.Rows);
        var written = new RowSchema(SinkTypes.Stored(relation).Select(place => relation.Schema[place]));
        var batch = new RowBatch(schema);
        foreach (object?[] row in keyed.Deletes.Concat(keyed.Upserts))
            batch.Add(SinkTypes.Values(row, written));
        await dimension.ApplyAsync(
            [.. Enumerable.Range(0, batch.Count).Select(row => row < keyed.Deletes.Count ? new RedisChange(batch.KeyOf(row), IsDeleted: true) : new RedisChange(batch[row].ToArray()))],
            new RedisMarker(changes.Epoch, ""), cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        dimension?.Dispose();
        return ValueTask.CompletedTask;
    }
}
