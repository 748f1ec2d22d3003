using Orrery.Runtime.Storage;

namespace Orrery.Grains.Tests;

/// <summary>Grain storage that fails when a test says so: as a full disk or a crash between two writes would.</summary>
sealed class FaultyStorage(IFencedGrainStorage storage) : IFencedGrainStorage
{
    Func<GrainStateOperation, bool> fails = static _ => false;

    /// <summary>Lets batches fail that hold an operation of this kind on a grain type. Null ends it.</summary>
    public void FailWritesOf(string? grainType) => fails = grainType is null
        ? static _ => false
        : operation => operation.Kind != GrainStateOperationKind.Claim && operation.Key.GrainType == grainType;

    /// <summary>Lets the loading of one grain's state fail. Null ends it.</summary>
    public void FailClaimsOf(string? grainType, string? key) => fails = grainType is null
        ? static _ => false
        : operation => operation.Kind == GrainStateOperationKind.Claim && operation.Key.GrainType == grainType && operation.Key.GrainKey == key;

    /// <summary>Every row that was ever claimed or written.</summary>
    public System.Collections.Concurrent.ConcurrentDictionary<GrainStateKey, bool> Rows { get; } = new();

    public Task ExecuteAsync(IReadOnlyList<GrainStateOperation> batch, CancellationToken cancellationToken)
    {
        foreach (var operation in batch)
            Rows.TryAdd(operation.Key, true);
        return batch.Any(fails) ? Task.FromException(new IOException("No space left on the disk (the test says so).")) : storage.ExecuteAsync(batch, cancellationToken);
    }
}
