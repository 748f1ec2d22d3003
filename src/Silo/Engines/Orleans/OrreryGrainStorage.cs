using System.Globalization;
using Orleans.Storage;
using Orrery.Runtime.Storage;

namespace Orrery.Silo;

/// <summary>
/// Orleans' grain storage over a provider of the other engine. Rows are claimed and written in one term for ever, because Orleans has none: their versions guard
/// writes, as ETags, and a second activation that Orleans made by mistake is found out by them when it writes.
/// </summary>
sealed class OrreryGrainStorage(IFencedGrainStorage rows, IGrainStorageSerializer serializer) : IGrainStorage
{
    /// <summary>Not below the terms that the other engine may have left in the rows of a silo that was alone.</summary>
    const long Term = 1;

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var row = await RunAsync(GrainStateOperationKind.Claim, stateName, grainId, 0, default);
        grainState.State = row.StoredValue is { } value ? serializer.Deserialize<T>(new BinaryData(value))! : Activator.CreateInstance<T>();
        grainState.RecordExists = row.StoredValue is not null;
        grainState.ETag = EtagOf(row.StoredVersion);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await ChangeAsync(GrainStateOperationKind.Write, stateName, grainId, grainState, serializer.Serialize(grainState.State).ToMemory());
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await ChangeAsync(GrainStateOperationKind.Clear, stateName, grainId, grainState, default);
        grainState.State = Activator.CreateInstance<T>();
        grainState.RecordExists = false;
    }

    async Task ChangeAsync<T>(GrainStateOperationKind kind, string stateName, GrainId grainId, IGrainState<T> grainState, ReadOnlyMemory<byte> value)
    {
        if (!long.TryParse(grainState.ETag, NumberStyles.None, CultureInfo.InvariantCulture, out long version))
        {
            // Written without having been read: an empty row is made first, and one with a value is not written over.
            version = (await RunAsync(GrainStateOperationKind.Claim, stateName, grainId, 0, default)).StoredVersion;
            if (version != 0) throw Conflict(grainId, EtagOf(version), grainState.ETag);
        }

        var row = await RunAsync(kind, stateName, grainId, version, value);
        if (row.Outcome != GrainStateOutcome.Succeeded) throw Conflict(grainId, EtagOf(row.StoredVersion), grainState.ETag);
        grainState.ETag = EtagOf(row.StoredVersion);
    }

    async Task<GrainStateOperation> RunAsync(GrainStateOperationKind kind, string stateName, GrainId grainId, long version, ReadOnlyMemory<byte> value)
    {
        string type = grainId.Type.ToString()!, key = grainId.Key.ToString()!;
        var operation = new GrainStateOperation(kind, new GrainStateKey(type, key, stateName), GrainShards.Of(type, key), Term, version, value);
        await rows.ExecuteAsync([operation], CancellationToken.None);
        return operation.Outcome != GrainStateOutcome.StaleTerm ? operation : throw new InvalidOperationException(
            $"{grainId} was not read or written: its row has term {operation.StoredTerm}, so a cluster of the other engine has owned it. Its rows are not for Orleans.");
    }

    static string EtagOf(long version) => version.ToString(CultureInfo.InvariantCulture);

    static InconsistentStateException Conflict(GrainId grainId, string stored, string? current) =>
        new($"{grainId} was not written: its stored version is {stored} and not {current ?? "new"}.", stored, current ?? "");
}
