using System.Globalization;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>A provider as grains see it.</summary>
internal sealed class FencedGrainStorageAdapter(Silo silo, string name) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var operation = await RunAsync(GrainStateOperationKind.Claim, stateName, grainId, null, default);
        grainState.RecordExists = operation.StoredValue is not null;
        grainState.State = operation.StoredValue is { } value ? silo.Serializer.Deserialize<T>(value) : System.Activator.CreateInstance<T>();
        grainState.ETag = Etag(operation);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var operation = await RunAsync(GrainStateOperationKind.Write, stateName, grainId, grainState.ETag, silo.Serializer.Serialize(grainState.State));
        grainState.RecordExists = true;
        grainState.ETag = Etag(operation);
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var operation = await RunAsync(GrainStateOperationKind.Clear, stateName, grainId, grainState.ETag, default);
        grainState.RecordExists = false;
        grainState.State = System.Activator.CreateInstance<T>();
        grainState.ETag = Etag(operation);
    }

    private async Task<GrainStateOperation> RunAsync(GrainStateOperationKind kind, string stateName, GrainId grainId, string? etag, ReadOnlyMemory<byte> value)
    {
        long expected = etag is null ? 0 : long.Parse(etag, CultureInfo.InvariantCulture);
        var queue = silo.Storages.Find(name, null);
        var key = new GrainStateKey(grainId.Type.ToString(), grainId.Key.ToString(), stateName);
        // A first write of a row that was never read claims it on the way.
        if (kind != GrainStateOperationKind.Claim && expected == 0) await queue.RunAsync(GrainStateOperationKind.Claim, key, 0, default);
        return await queue.RunAsync(kind, key, expected, value);
    }

    private static string? Etag(GrainStateOperation operation) =>
        operation.StoredVersion == 0 ? null : operation.StoredVersion.ToString(CultureInfo.InvariantCulture);
}
