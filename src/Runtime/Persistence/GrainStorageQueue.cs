using System.Globalization;
using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>
/// Collects the operations on one provider into batches. While one batch is being committed the next one fills, so that a commit is
/// shared by as many as waited for it. Operations on one row come from one activation, which awaits each, so a batch seldom holds two; where
/// it would, the later one waits for the next batch.
/// </summary>
internal sealed class GrainStorageQueue(Silo silo, string name, IFencedGrainStorage storage)
{
    private readonly Lock _lock = new();
    private List<GrainStateOperation> _filling = [];
    private bool _isRunning;

    /// <summary>Operations that wait for the next batch.</summary>
    public int WaitingCount
    {
        get
        {
            lock (_lock) return _filling.Count;
        }
    }

    /// <param name="kind">What is done.</param>
    /// <param name="key">To which row.</param>
    /// <param name="expectedVersion">The version that is replaced.</param>
    /// <param name="value">What is written.</param>
    /// <param name="term">The term in which the activation that asks was made; 0: asked by hand, in whatever term the silo owns the shard.</param>
    public async Task<GrainStateOperation> RunAsync(GrainStateOperationKind kind, GrainStateKey key, long expectedVersion, ReadOnlyMemory<byte> value, long term = 0)
    {
        silo.CheckStores(key);
        int shard = GrainShards.Of(key.GrainType, key.GrainKey);
        if (!silo.Ownership.TryGetTerm(shard, out long ownedTerm) || (term != 0 && term != ownedTerm))
            throw new SiloUnavailableException($"{kind} of {key} was refused: this silo does not own shard {shard} (any more).");
        term = ownedTerm;
        var operation = new GrainStateOperation(kind, key, shard, term, expectedVersion, value);
        Add(operation);
        await operation.Completion;
        return operation.Outcome switch
        {
            GrainStateOutcome.Succeeded => operation,
            GrainStateOutcome.StaleTerm => throw new InconsistentStateException(
                $"{kind} of {key} in storage \"{name}\" was refused: the row has term {operation.StoredTerm}, newer than this silo's {term}. Another silo owns the grain.",
                Etag(operation.StoredVersion), Etag(expectedVersion)),
            GrainStateOutcome.StaleVersion => throw new InconsistentStateException(
                $"{kind} of {key} in storage \"{name}\" was refused: the stored version is {(operation.StoredVersion < 0 ? "none" : operation.StoredVersion)}, expected was {expectedVersion}.",
                Etag(operation.StoredVersion), Etag(expectedVersion)),
            _ => throw new InvalidOperationException($"{storage.GetType().FullName} gave no outcome for {kind} of {key}. ExecuteAsync has to give each operation of a batch one."),
        };
    }

    private static string? Etag(long version) => version <= 0 ? null : version.ToString(CultureInfo.InvariantCulture);

    private void Add(GrainStateOperation operation)
    {
        lock (_lock)
        {
            if (_filling.Count >= silo.Options.StorageQueueLimit)
            {
                throw new OverloadedException(
                    $"{operation.Kind} of {operation.Key} was refused: {_filling.Count} operations wait for storage \"{name}\" and SiloOptions.StorageQueueLimit is {silo.Options.StorageQueueLimit}.");
            }

            _filling.Add(operation);
            if (_isRunning) return;
            _isRunning = true;
        }

        silo.Scheduler.Queue(new Pump(this), preferLocal: false);
    }

    private async Task RunBatchesAsync()
    {
        var batch = new List<GrainStateOperation>();
        var rows = new HashSet<GrainStateKey>();
        while (TakeBatch(batch, rows))
        {
            try
            {
                await storage.ExecuteAsync(batch, CancellationToken.None).WaitAsync(silo.Options.StorageTimeout, silo.Time);
                silo.Instruments.StorageBatch(name, batch.Count);
                foreach (var operation in batch) operation.Complete();
            }
            catch (Exception error)
            {
                silo.Log.StorageBatchFailed(name, batch.Count, error);
                foreach (var operation in batch) operation.Fail(error);
                if (error is TimeoutException) batch = []; // the provider may still read the one it was given
            }
        }
    }

    private bool TakeBatch(List<GrainStateOperation> batch, HashSet<GrainStateKey> rows)
    {
        batch.Clear();
        rows.Clear();
        lock (_lock)
        {
            if (_filling.Count == 0)
            {
                _isRunning = false;
                return false;
            }

            int limit = Math.Min(_filling.Count, silo.Options.StorageBatchLimit);
            int taken = 0;
            while (taken < limit && rows.Add(_filling[taken].Key)) batch.Add(_filling[taken++]);
            if (taken == _filling.Count)
                _filling.Clear();
            else
                _filling.RemoveRange(0, taken);
        }

        return true;
    }

    private sealed class Pump(GrainStorageQueue queue) : IThreadPoolWorkItem
    {
        public void Execute() => _ = queue.RunBatchesAsync();
    }
}
