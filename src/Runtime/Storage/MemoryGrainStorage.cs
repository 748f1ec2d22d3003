namespace Orrery.Runtime.Storage;

/// <summary>Rows in memory, with the full rules of <see cref="IFencedGrainStorage"/>. One instance may be shared by several silos of one process.</summary>
public sealed class MemoryGrainStorage : IFencedGrainStorage
{
    private readonly Lock _lock = new();
    private readonly Dictionary<GrainStateKey, Row> _rows = [];

    /// <summary>The planted bug: older terms are not refused.</summary>
    internal ProtocolFaults Faults { get; init; } = ProtocolFaults.None;

    public int RowCount
    {
        get
        {
            lock (_lock) return _rows.Count;
        }
    }

    public Task ExecuteAsync(IReadOnlyList<GrainStateOperation> batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            foreach (var operation in batch) Execute(operation);
        }

        return Task.CompletedTask;
    }

    private void Execute(GrainStateOperation operation)
    {
        bool exists = _rows.TryGetValue(operation.Key, out var row);
        if (operation.Kind == GrainStateOperationKind.Claim)
        {
            if (exists && IsStale(row, operation))
            {
                operation.RefuseStaleTerm(row.Term, row.Version);
                return;
            }

            _rows[operation.Key] = row with { Term = operation.Term };
            operation.Succeed(row.Version, row.Value is { } value ? new ReadOnlyMemory<byte>(value) : default(ReadOnlyMemory<byte>?));
            return;
        }

        if (!exists)
        {
            operation.RefuseVersion(-1);
        }
        else if (IsStale(row, operation))
        {
            operation.RefuseStaleTerm(row.Term, row.Version);
        }
        else if (row.Version != operation.ExpectedVersion)
        {
            operation.RefuseVersion(row.Version);
        }
        else
        {
            byte[]? value = operation.Kind == GrainStateOperationKind.Write ? operation.Value.ToArray() : null;
            _rows[operation.Key] = new Row(operation.Term, row.Version + 1, value);
            operation.Succeed(row.Version + 1);
        }
    }

    private bool IsStale(in Row row, GrainStateOperation operation) => row.Term > operation.Term && !Faults.StoresWithoutFencing;

    private readonly record struct Row(long Term, long Version, byte[]? Value);
}
