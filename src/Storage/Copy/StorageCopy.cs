using Microsoft.Extensions.DependencyInjection;
using Orrery.Runtime.Storage;
using Orrery.Storage.Chunks;
using Orrery.Storage.Hosting;
using Orrery.Storage.Sqlite;

namespace Orrery.Storage.Copy;

/// <param name="Table">Grain state, reminders or chunks.</param>
/// <param name="Rows">Copied so far, or compared.</param>
/// <param name="RowsTotal">There are in the source.</param>
/// <param name="IsProof">Whether rows are being compared rather than copied.</param>
public readonly record struct StorageCopyProgress(string Table, long Rows, long RowsTotal, bool IsProof);

/// <summary>A table in both stores.</summary>
/// <param name="Table">Its name.</param>
/// <param name="SourceRows">Rows in the file.</param>
/// <param name="TargetRows">Rows in the target.</param>
/// <param name="Bytes">Bytes of values in the file.</param>
/// <param name="SourceDigest">Sum of the rows' hashes, 32 hexadecimal digits.</param>
/// <param name="TargetDigest">The same of the target, read back from it.</param>
public sealed record StorageCopyTable(string Table, long SourceRows, long TargetRows, long Bytes, string SourceDigest, string TargetDigest)
{
    public bool IsEqual => SourceRows == TargetRows && SourceDigest == TargetDigest;
}

/// <param name="Tables">Each table in both stores.</param>
/// <param name="WasResumed">Whether an earlier copy was gone on with.</param>
public sealed record StorageCopyReport(IReadOnlyList<StorageCopyTable> Tables, bool WasResumed)
{
    /// <summary>Whether the target holds what the file holds: nothing less, more or different.</summary>
    public bool IsEqual => Tables.All(table => table.IsEqual);
}

/// <summary>
/// Copies all grain state, reminders and chunks from the embedded file into a shared store: how one machine becomes a cluster. The file is held meanwhile, so that no silo
/// writes to it; it is not changed. Rows go in batches, each together with a mark of how far the copy has come, so that a copy that was broken off is gone on
/// with. In the end every row is read back and compared, by count and by content.
/// <para>Terms are not copied (they belong to the cluster): the first owner of a shard claims its rows in its own.</para>
/// </summary>
public static class StorageCopy
{
    const int StatesBetweenReports = 10_000;

    /// <param name="filePath">The embedded file (<c>orrery.db</c>); no silo has it open.</param>
    /// <param name="target">A shared store without grain state, reminders and chunks, or with an unfinished copy of the same file.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="cancellationToken">Ends the copy after the current batch; it can be gone on with.</param>
    /// <exception cref="StorageCopyException">The target is not empty, or holds the copy of another file; or the source is missing.</exception>
    /// <exception cref="StoreException">The target cannot be used.</exception>
    public static async Task<StorageCopyReport> RunAsync(string filePath, StorageConnection target, IProgress<StorageCopyProgress> progress, CancellationToken cancellationToken)
    {
        filePath = Path.GetFullPath(filePath);
        if (!File.Exists(filePath)) throw new StorageCopyException($"There is no file '{filePath}' to copy from.");
        if (target.Kind == StorageKind.Sqlite) throw new StorageCopyException($"The target {target} is a file: copy the file itself, or name a server (postgres://, mysql://, sqlserver://, redis://).");
        await using var services = new ServiceCollection().AddSqliteStorage(options =>
        {
            options.DataDirectory = Path.GetDirectoryName(filePath)!;
            options.FileName = Path.GetFileName(filePath);
        }).BuildServiceProvider();
        await using var store = OrreryStorageServices.OpenCopyTarget(services, target);
        var source = new CopySource(services.GetRequiredService<SqliteStore>());
        return await new Run(source, services.GetRequiredService<IReminderTable>(), store, progress, cancellationToken).CopyAsync();
    }

    sealed class Run(CopySource source, IReminderTable reminders, ICopyTarget target, IProgress<StorageCopyProgress> progress, CancellationToken cancellationToken)
    {
        readonly CopyDigest[] given = [new(), new(), new()];
        readonly CopyDigest[] found = [new(), new(), new()];

        public async Task<StorageCopyReport> CopyAsync()
        {
            var name = $"{Environment.MachineName}:{source.FilePath}";
            var mark = await target.ReadMarkAsync(cancellationToken);
            var wasResumed = mark is not null;
            if (mark is not null && mark.Source != name)
                throw new StorageCopyException($"The target ({target.Description}) holds a copy of '{mark.Source}', not of '{name}': choose an empty one.");
            if (mark is { IsFinished: true }) throw new StorageCopyException($"The target ({target.Description}) holds a finished copy of '{name}' already: start the silos on it, or choose an empty one.");
            if (mark is null && !await target.IsEmptyAsync(cancellationToken))
                throw new StorageCopyException($"The target ({target.Description}) is not empty: a copy would mix two stores' rows. Choose an empty one.");
            mark ??= new(name, 0, 0, false);
            await target.WriteAsync([], [], [], mark, cancellationToken);
            long[] totals = [await source.CountAsync("grain_state", cancellationToken), await source.CountAsync("reminder", cancellationToken), await source.CountAsync("chunk", cancellationToken)];

            mark = await CopyStatesAsync(mark, totals[0]);
            await foreach (var page in CopySource.ReadRemindersAsync(reminders, cancellationToken))
            {
                await target.WriteAsync([], page, [], mark, cancellationToken);
                foreach (var row in page) given[1].Add(row);
                progress.Report(new("reminders", given[1].Rows, totals[1], false));
            }

            mark = await CopyChunksAsync(mark, totals[2]);
            await ReadBackAsync(totals);
            var report = new StorageCopyReport([TableOf("grain state", 0), TableOf("reminders", 1), TableOf("chunks", 2)], wasResumed);
            if (report.IsEqual) await target.WriteAsync([], [], [], mark with { IsFinished = true }, cancellationToken);
            return report;
        }

        /// <summary>Rows before the mark are in the target: they are only read, for the proof.</summary>
        async Task<CopyMark> CopyStatesAsync(CopyMark mark, long total)
        {
            await foreach (var (id, rows) in source.ReadStatesAsync(0, cancellationToken))
            {
                if (id > mark.StateId) await target.WriteAsync(rows, [], [], mark = mark with { StateId = id }, cancellationToken);
                foreach (var row in rows) given[0].Add(row);
                progress.Report(new("grain state", given[0].Rows, total, false));
            }

            return mark;
        }

        async Task<CopyMark> CopyChunksAsync(CopyMark mark, long total)
        {
            await foreach (var (id, rows) in source.ReadChunksAsync(0, cancellationToken))
            {
                if (id > mark.ChunkId) await target.WriteAsync([], [], rows, mark = mark with { ChunkId = id }, cancellationToken);
                foreach (var row in rows) given[2].Add(row);
                progress.Report(new("chunks", given[2].Rows, total, false));
            }

            return mark;
        }

        async Task ReadBackAsync(long[] totals)
        {
            await foreach (var row in target.ReadStatesAsync(cancellationToken))
            {
                found[0].Add(row);
                if (found[0].Rows % StatesBetweenReports == 0) progress.Report(new("grain state", found[0].Rows, totals[0], true));
            }

            await foreach (var page in CopySource.ReadRemindersAsync(target.Reminders, cancellationToken))
            {
                foreach (var row in page) found[1].Add(row);
            }

            await foreach (var chunk in target.ReadChunksAsync(cancellationToken))
            {
                found[2].Add(chunk);
                if (found[2].Rows % StatesBetweenReports == 0) progress.Report(new("chunks", found[2].Rows, totals[2], true));
            }
        }

        StorageCopyTable TableOf(string name, int index) => new(name, given[index].Rows, found[index].Rows, given[index].Bytes, given[index].Text, found[index].Text);
    }
}

/// <summary>A copy cannot be made as asked. The message says why and what to do; nothing was changed.</summary>
public sealed class StorageCopyException(string message) : Exception(message);
