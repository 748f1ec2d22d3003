using System.Collections.Concurrent;
using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.Archives;

/// <summary>Copies chunks on connections of its own, so many ahead of who deletes them.</summary>
sealed class ChunkCopier(Func<IDatabase> openSource, Func<IDatabase> openArchive, ArchiveRules rules, ArchiveOptions options, IEnumerable<ArchiveChunk> chunks, long token, TimeProvider time) : IDisposable
{
    const int AheadMax = 2;

    readonly BlockingCollection<ArchiveChunk> copied = new(AheadMax);
    readonly CancellationTokenSource stop = new();
    Task work = Task.CompletedTask;

    /// <summary>The chunks, each when the archive has it. Errors of copying come behind those before.</summary>
    public IEnumerable<ArchiveChunk> Copied(CancellationToken cancellationToken)
    {
        // A thread of its own: databases' calls block.
        work = Task.Factory.StartNew(Copy, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        foreach (ArchiveChunk chunk in copied.GetConsumingEnumerable(cancellationToken)) yield return chunk;
        work.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        stop.Cancel();
        ((IAsyncResult)work).AsyncWaitHandle.WaitOne();
        stop.Dispose();
        copied.Dispose();
    }

    void Copy()
    {
        try
        {
            using var store = new ArchiveStore(openSource(), openArchive(), rules, options.Name, time);
            store.MakeTables();
            foreach (ArchiveChunk chunk in chunks)
            {
                stop.Token.ThrowIfCancellationRequested();
                using (DatabaseTransaction transaction = store.BeginCopy())
                {
                    long rows = ChunkRows.Copy(store, chunk, back: false, stop.Token);
                    store.Keep(chunk, token, rows);
                    transaction.Commit();
                }

                copied.Add(chunk, stop.Token);
            }
        }
        finally
        {
            copied.CompleteAdding();
        }
    }
}
