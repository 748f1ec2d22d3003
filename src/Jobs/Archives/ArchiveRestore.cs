using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.Archives;

/// <summary>
/// Brings documents back from an archive, whole groups: (1) the archive writes down which are on their way, (2) in one transaction of the source they are inserted, compared
/// by digests, and their movements taken out of the opening balances, (3) the archive lets them go. What ended between is finished by the next run or restore.
/// </summary>
public sealed class ArchiveRestore(Func<IDatabase> openSource, Func<IDatabase> openArchive, ArchiveRules rules, string name, TimeProvider time)
{
    /// <summary>Brings back a document and what hangs on it, or all.</summary>
    /// <param name="document">Kind and key; null: all that the archive has.</param>
    /// <param name="progress">Hears of documents that are back.</param>
    /// <exception cref="ArchiveException">The archive has no such document, or the source has another one under its key.</exception>
    public ArchiveReport Run((string Kind, string Key)? document, Action<long> progress, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        using var store = new ArchiveStore(openSource(), openArchive(), rules, name, time);
        store.MakeTables();
        long token = store.Claim(), documents = 0, rows = 0;
        Finish(store, token, cancellationToken);
        var balances = new OpeningBalances(store);
        var before = balances.Closing();
        bool Goes(IReadOnlyList<(int Kind, Document Document)> group) => document is null || group.Any(each => store.Kinds[each.Kind].Rule.Name == document.Value.Kind && each.Document.Key == document.Value.Key);
        var undeleted = store.Undeleted().Select(static chunk => chunk.Number).ToHashSet();
        foreach (ArchiveChunk chunk in store.Chunks().ToList())
        {
            // Copied and not deleted: the source has them still.
            if (undeleted.Contains(chunk.Number)) continue;
            var back = chunk with { Groups = [.. chunk.Groups.Where(Goes)] };
            if (back.Groups.Count == 0) continue;
            using (DatabaseTransaction transaction = store.Archive.Begin())
            {
                store.Keep(chunk, token, 0, back);
                transaction.Commit();
            }

            rows += Bring(store, balances, chunk, back, token, token, cancellationToken);
            documents += back.DocumentCount;
            progress(documents);
        }

        if (documents == 0 && document is null && !store.Chunks().Any()) return new ArchiveReport(0, 0, new Dictionary<string, long>(), [], [], [], time.GetElapsedTime(started));
        if (documents == 0 && document is { } asked) throw new ArchiveException($"The archive '{name}' has no {asked.Kind} {asked.Key}.");
        return new ArchiveReport(documents, rows, new Dictionary<string, long>(), [], ArchiveRun.Proofs(before, balances.Closing()), [], time.GetElapsedTime(started));
    }

    /// <summary>Finishes what was on its way back when a process ended.</summary>
    internal static void Finish(ArchiveStore store, long token, CancellationToken cancellationToken)
    {
        foreach ((ArchiveChunk chunk, ArchiveChunk back, long sender) in store.Restoring())
            if (store.IsBack(back, sender)) Release(store, chunk, back, token);
            else Bring(store, new OpeningBalances(store), chunk, back, sender, token, cancellationToken);
    }

    static long Bring(ArchiveStore store, OpeningBalances balances, ArchiveChunk chunk, ArchiveChunk back, long sender, long token, CancellationToken cancellationToken)
    {
        long rows;
        using (DatabaseTransaction transaction = ArchiveStore.Begin(store.Source))
        {
            store.Fence(token);
            long there = back.ByKind().Sum(each => store.InSource(each.Kind, each.Documents).Take(1).Sum(head => ArchiveStore.Count(store.Source, store.Source.Dialect.SelectLocked(head.Table.Source, head.Range))));
            if (there != 0) throw new ArchiveException($"{there:N0} of {back.DocumentCount:N0} documents that are to come back are in {store.Source.Name} already, under their keys: somebody made them anew. Nothing was changed.");
            rows = ChunkRows.Copy(store, back, back: true, cancellationToken);
            var changed = new HashSet<(int, string)>();
            foreach ((int kind, IReadOnlyList<Document> documents) in back.ByKind()) ChunkDigest.Edited(store, kind, documents, changed, []);
            if (changed.Count > 0)
            {
                (int kind, string key) = changed.First();
                throw new ArchiveException($"{changed.Count:N0} documents would not come back to {store.Source.Name} as the archive has them, such as {store.Kinds[kind].Rule.Name} {key}: a trigger or a rounding changes what is inserted. Nothing was changed.");
            }

            balances.Carry(back, -1);
            store.KeepBack(back, sender);
            transaction.Commit();
        }

        Release(store, chunk, back, token);
        return rows;
    }

    static void Release(ArchiveStore store, ArchiveChunk chunk, ArchiveChunk back, long token) =>
        ChunkRows.Withdraw(store, chunk, group => back.Groups.Any(other => other[0].Kind == group[0].Kind && other[0].Document.Key == group[0].Document.Key), token);
}
