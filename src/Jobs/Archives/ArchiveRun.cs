using Orrery.Connectors.Dialects;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.Archives;

/// <summary>
/// Moves closed documents from an account set to an archive. Chunk by chunk: (1) the rows are copied, with the chunk's own row, in one transaction of the archive;
/// (2) in one transaction of the source the rows are locked, their digests are computed there and in the archive, and only where they are equal the rows are deleted,
/// the balances carried forward and the deletion written down. A power cut leaves a chunk in the archive alone, copied and not deleted: the next run begins with (2).
/// A document that was edited meanwhile has another digest: it stays, with what hangs on it, and its copy is taken out. Copying runs one chunk ahead of deleting.
/// </summary>
public sealed class ArchiveRun
{
    const int ExamplesMax = 10, TriesMax = 5;

    readonly Func<IDatabase> openSource, openArchive;
    readonly ArchiveRules rules;
    readonly ArchiveOptions options;
    readonly TimeProvider time;
    readonly List<string> edited = [];
    readonly HashSet<(int, string)> editedKeys = [];
    readonly Dictionary<string, long> rowsByTable = [];
    long documents, rows;

    /// <param name="openSource">Opens a connection to the account set.</param>
    /// <param name="openArchive">Opens a connection to the archive.</param>
    /// <param name="rules">What the documents are.</param>
    /// <param name="options">Which go, and how.</param>
    /// <param name="time">Clock.</param>
    public ArchiveRun(Func<IDatabase> openSource, Func<IDatabase> openArchive, ArchiveRules rules, ArchiveOptions options, TimeProvider time)
    {
        options.Validate();
        (this.openSource, this.openArchive, this.rules, this.options, this.time) = (openSource, openArchive, rules, options, time);
    }

    /// <summary>What would go and what holds back each document. Changes nothing.</summary>
    public ArchivePlan Plan(CancellationToken cancellationToken)
    {
        using IDatabase source = openSource();
        var from = new DocumentSource(source, rules);
        Selection selection = from.Read(options.Before, editedKeys, cancellationToken).Select(GroupMax);
        ILookup<int, HeldDocument> held = selection.Held.ToLookup(static each => each.Kind);
        long[] going = new long[from.Kinds.Count];
        foreach (int[] group in selection.Groups)
            foreach (int node in group)
                going[selection.Graph[node].Kind]++;
        return new ArchivePlan(
            [.. from.Kinds.Select(kind => new KindPlan(
                kind.Rule.Name, going[kind.Number], held[kind.Number].CountBy(static each => each.Reason).ToDictionary(),
                [.. held[kind.Number].Where(static each => each.Reason is Hold.Linked or Hold.TooLarge).Take(ExamplesMax).Select(each => Explain(each, from.Kinds))]))],
            selection.Groups.Count, Warnings(from.Kinds));
    }

    /// <summary>Why one document goes or stays, for people.</summary>
    /// <exception cref="ArchiveException">There is no such document.</exception>
    public string Explain(string document, string key, CancellationToken cancellationToken)
    {
        using IDatabase source = openSource();
        var from = new DocumentSource(source, rules);
        DocumentKind kind = from.Kinds.FirstOrDefault(each => each.Rule.Name == document)
            ?? throw new ArchiveException($"The rules have no documents called '{document}'; they have {string.Join(", ", from.Kinds.Select(static each => each.Rule.Name))}.");
        Selection selection = from.Read(options.Before, editedKeys, cancellationToken).Select(GroupMax);
        if (selection.Held.FirstOrDefault(each => each.Kind == kind.Number && each.Key == key) is { } held) return Explain(held, from.Kinds);
        int[] group = selection.Groups.FirstOrDefault(group => group.Any(node => selection.Graph[node] is var each && each.Kind == kind.Number && each.Document.Key == key))
            ?? [];
        if (group.Length == 0)
        {
            using IDatabase archive = openArchive();
            return ArchiveStore.Has(archive, options.Name, document, key)
                ? $"{document} {key} is in the archive '{options.Name}'."
                : throw new ArchiveException($"There is no {document} {key} in {source.Name}, and none in the archive '{options.Name}'.");
        }

        return $"{document} {key} may go" + (group.Length == 1 ? "." : $", with {group.Length - 1:N0} that hang on it: {string.Join(", ", group.Select(node => selection.Graph[node]).Where(each => each.Kind != kind.Number || each.Document.Key != key).Take(ExamplesMax).Select(each => $"{from.Kinds[each.Kind].Rule.Name} {each.Document.Key}"))}.");
    }

    /// <summary>Archives what may go, and first what an earlier run left copied and not deleted.</summary>
    /// <exception cref="ArchiveException">Rules, databases or bookkeeping do not fit, or another run began.</exception>
    public ArchiveReport Run(Action<ArchiveProgress> progress, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        using var store = new ArchiveStore(openSource(), openArchive(), rules, options.Name, time);
        store.MakeTables();
        long token = store.Claim();
        ArchiveRestore.Finish(store, token, cancellationToken);
        var balances = new OpeningBalances(store);
        var before = balances.Closing();
        long[] checksBefore = Checks(store.Source);
        using var throttle = new Throttle(options.Throttle, new JobControl(), time);
        foreach (ArchiveChunk chunk in store.Undeleted()) Delete(store, balances, chunk, token, cancellationToken);
        Selection selection = store.Documents.Read(options.Before, editedKeys, cancellationToken).Select(GroupMax);
        long total = documents + selection.DocumentCount;
        long copying = time.GetTimestamp();
        using (var copier = new ChunkCopier(openSource, openArchive, rules, options, Chunks(selection, store.NextChunk()), token, time))
        {
            foreach (ArchiveChunk chunk in copier.Copied(cancellationToken))
            {
                throttle.WaitForChunk(() => ArchiveStore.Count(store.Source, "SELECT 1"), cancellationToken, why => progress(new ArchiveProgress(documents, total, rows, 0) { Waiting = why }));
                long had = rows;
                Delete(store, balances, chunk, token, cancellationToken);
                throttle.Take(rows - had, 0, cancellationToken);
                progress(new ArchiveProgress(documents, total, rows, rows / Math.Max(0.001, time.GetElapsedTime(copying).TotalSeconds)));
            }
        }

        return new ArchiveReport(documents, rows, rowsByTable, edited, Proofs(before, balances.Closing()), [.. rules.Checks.Select((check, index) => (check, index)).Zip(Checks(store.Source), (each, after) => new CheckProof(each.check.Name, checksBefore[each.index], after))], time.GetElapsedTime(started));
    }

    internal static IReadOnlyList<BalanceProof> Proofs(IReadOnlyDictionary<string, IReadOnlyDictionary<string, decimal>> before, IReadOnlyDictionary<string, IReadOnlyDictionary<string, decimal>> after) =>
    [
        .. before.Select(balance => new BalanceProof(balance.Key, balance.Value.Count,
        [
            .. balance.Value.Keys.Union(after[balance.Key].Keys).Where(place => balance.Value.GetValueOrDefault(place) != after[balance.Key].GetValueOrDefault(place)).Order(StringComparer.Ordinal).Take(ExamplesMax)
                .Select(place => $"{place}: {balance.Value.GetValueOrDefault(place)} before, {after[balance.Key].GetValueOrDefault(place)} after"),
        ])),
    ];

    int GroupMax => Math.Max(100_000, options.ChunkDocuments);

    static string Explain(HeldDocument held, IReadOnlyList<DocumentKind> kinds) => $"{kinds[held.Kind].Rule.Name} {held.Key} stays: " + held.Reason switch
    {
        Hold.Linked => held.By!.Value is var (kind, key, own) ? $"it hangs together with {kinds[kind].Rule.Name} {key}, {Why(own)}." : "",
        var own => $"{Why(own)}.",
    };

    static string Why(Hold own) => own switch
    {
        Hold.Open => "which is not closed",
        Hold.Recent => "which is of a period that stays",
        Hold.Edited => "which was edited while it was archived",
        Hold.TooLarge => "more documents hang together than can go in one transaction",
        _ => own.ToString(),
    };

    static List<string> Warnings(IReadOnlyList<DocumentKind> kinds) =>
    [
        .. kinds.SelectMany(static kind => kind.Tables)
            .Where(static table => table.Source.Key.FirstOrDefault() != table.Column && !table.Source.Indexes.Any(index => index.Columns[0] == table.Column))
            .Select(static table => $"The table {table.Name} has no index that begins with {table.Column}: each chunk reads the whole table. Make one first."),
    ];

    IEnumerable<ArchiveChunk> Chunks(Selection selection, long number)
    {
        var groups = new List<IReadOnlyList<(int, Document)>>();
        int count = 0, made = 0;
        foreach (int[] group in selection.Groups)
        {
            if (count > 0 && count + group.Length > options.ChunkDocuments)
            {
                yield return new ArchiveChunk(number++, groups);
                if (++made == options.ChunksMax) yield break;
                (groups, count) = ([], 0);
            }

            groups.Add([.. group.Select(node => selection.Graph[node])]);
            count += group.Length;
        }

        if (count > 0) yield return new ArchiveChunk(number, groups);
    }

    /// <summary>Deletes a copied chunk, without the groups whose documents were edited.</summary>
    void Delete(ArchiveStore store, OpeningBalances balances, ArchiveChunk chunk, long token, CancellationToken cancellationToken)
    {
        string? odd = null;
        for (int tries = 0; chunk.Groups.Count > 0; tries++)
        {
            if (tries == TriesMax)
                throw new ArchiveException(odd is null
                    ? $"Documents of chunk {chunk.Number} are edited again and again while they are archived: run when they are at rest."
                    : $"Of the table {odd} other rows were deleted than were compared, {TriesMax} times: a trigger or a cascade deletes rows beside, its rows lead to each other in a circle, or lines are added all the time. Every transaction was rolled back. Name what the cascade reaches as parts in the rules.");
            cancellationToken.ThrowIfCancellationRequested();
            var changed = new HashSet<(int, string)>();
            using (DatabaseTransaction transaction = ArchiveStore.Begin(store.Source))
            {
                store.Fence(token);
                var counts = new Dictionary<string, long>();
                foreach ((int kind, IReadOnlyList<Document> found) in chunk.ByKind())
                {
                    foreach ((DocumentTable table, KeyRange range) in store.InSource(kind, found)) ArchiveStore.Count(store.Source, store.Source.Dialect.SelectLocked(table.Source, range));
                    ChunkDigest.Edited(store, kind, found, changed, counts);
                }

                if (changed.Count == 0)
                {
                    balances.Carry(chunk, 1);
                    if (ChunkRows.Delete(store, chunk, fromArchive: false, counts, out odd) is not { } deleted) continue;
                    store.KeepDone(chunk, token, deleted);
                    transaction.Commit();
                    documents += chunk.DocumentCount;
                    rows += deleted;
                    foreach ((string table, long count) in counts) rowsByTable[table] = rowsByTable.GetValueOrDefault(table) + count;
                    return;
                }
            }

            foreach ((int kind, string key) in changed)
                if (editedKeys.Add((kind, key)))
                    edited.Add($"{store.Kinds[kind].Rule.Name} {key}");
            chunk = ChunkRows.Withdraw(store, chunk, group => group.Any(each => changed.Contains((each.Kind, each.Document.Key))), token);
        }
    }

    long[] Checks(IDatabase source) => [.. rules.Checks.Select(check => ArchiveStore.Count(source, $"SELECT COUNT(*) FROM ({check.Query}) c"))];
}
