using Orrery.Connectors.Sqlite;
using Orrery.Runtime.Storage;

namespace Orrery.Storage.Sqlite;

/// <summary>Grain state in the embedded file. A batch is one operation of the writer, so it shares its commit with reminders and chunks.</summary>
public sealed class SqliteGrainStorage(SqliteStore store) : IFencedGrainStorage
{
    /// <summary>About what a row takes beside its value.</summary>
    const int RowBytes = 200;

    public Task ExecuteAsync(IReadOnlyList<GrainStateOperation> batch, CancellationToken cancellationToken) =>
        batch.Count == 0 ? Task.CompletedTask : store.Database.RunAsync(new Batch(batch), cancellationToken).AsTask();

    sealed class Batch(IReadOnlyList<GrainStateOperation> operations) : SqliteOperation
    {
        public override long Bytes { get; } = operations.Sum(operation => (long)operation.Value.Length + RowBytes);

        protected override void Execute(SqliteSession session)
        {
            var rows = new GrainStateRows(session);
            for (var index = 0; index < operations.Count; index++) rows.Apply(operations[index]);
        }
    }
}
