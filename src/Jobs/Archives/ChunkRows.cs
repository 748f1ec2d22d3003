using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.Archives;

/// <summary>The rows of a chunk's documents on their way.</summary>
static class ChunkRows
{
    /// <summary>Copies them into the archive, or back, heads before their parts. Within the target's transaction.</summary>
    /// <returns>How many.</returns>
    public static long Copy(ArchiveStore store, ArchiveChunk chunk, bool back, CancellationToken cancellationToken)
    {
        long rows = 0;
        foreach ((int kind, IReadOnlyList<Document> documents) in Upstream(store, chunk))
            foreach ((DocumentTable table, KeyRange range) in back ? store.InArchive(kind, documents) : store.CopiesInside ? store.InSourceFromArchive(kind, documents) : store.InSource(kind, documents))
                rows += back
                    ? Restore(store, table, range, cancellationToken)
                    : store.CopiesInside
                    ? store.CopyInside(table, range)
                    : store.Archive.Insert(table.Archive, store.Source.Read(table.Source, range, Written(table), cancellationToken), cancellationToken);
        return rows;
    }

    /// <summary>Deletes them, parts before heads, what follows before what it follows from. Within a transaction.</summary>
    /// <param name="store">Both databases.</param>
    /// <param name="chunk">Whose.</param>
    /// <param name="fromArchive">In the archive; else in the source.</param>
    /// <param name="counts">By table how many must go; null: it is not known.</param>
    /// <param name="odd">The first table of which another number went.</param>
    /// <returns>How many went; null: another number than must, and the transaction must be rolled back.</returns>
    public static long? Delete(ArchiveStore store, ArchiveChunk chunk, bool fromArchive, IReadOnlyDictionary<string, long>? counts, out string? odd)
    {
        long rows = 0;
        IDatabase database = fromArchive ? store.Archive : store.Source;
        foreach ((int kind, IReadOnlyList<Document> documents) in Upstream(store, chunk).Reverse())
        {
            var archived = store.InArchive(kind, documents).ToList();
            foreach (((DocumentTable table, KeyRange range), (_, KeyRange inArchive)) in (fromArchive ? archived : store.InSource(kind, documents)).Zip(archived).Reverse())
            {
                // What hangs on other parts is found by the keys that the archive has: they are those of the source, or nothing is deleted.
                List<RowBatch>? keys = table.IsDirect ? null : KeysOf(store, table, inArchive);
                long count = keys is { Count: 0 } ? 0 : table.Self is { } self && !fromArchive
                    ? DeleteFollowersFirst(database, table.Source, self, range, keys)
                    : ArchiveStore.Delete(database, fromArchive ? table.Archive : table.Source, range, keys);
                rows += count;
                if (counts is null || counts[table.Name] == count) continue;
                odd = table.Name;
                return null;
            }
        }

        odd = null;
        return rows;
    }

    /// <summary>Inserts archived rows into the source. Rows that a foreign key leads from to others of their table come behind those.</summary>
    static long Restore(ArchiveStore store, DocumentTable table, KeyRange range, CancellationToken cancellationToken)
    {
        long Insert(string? only) => store.Source.Insert(table.Source, store.Archive.Read(table.Archive, range with { Only = only }, Written(table), cancellationToken), cancellationToken);
        if (table.Self is not var (column, parent)) return Insert(range.Only);
        IDialect dialect = store.Archive.Dialect;
        string name = dialect.Quote(table.Archive.Name), from = dialect.Quote(column), to = dialect.Quote(parent);
        // First those whose parents are not among them, then those of the former, and so on.
        string level = $"({range.Only}) AND ({from} IS NULL OR {from} = {to} OR {from} NOT IN (SELECT {to} FROM {name} WHERE {range.Only}))";
        long rows = 0, all = ArchiveStore.Count(store.Archive, $"SELECT COUNT(*) FROM {name} WHERE {range.Only}");
        for (int depth = 0; rows < all; depth++)
        {
            long came = Insert(level);
            if (came == 0 || depth == SelfDepthMax)
                throw new ArchiveException($"{all - rows:N0} rows of the table {table.Name} lead to each other in a circle by {column}, or over more than {SelfDepthMax} steps: they cannot be inserted in an order. Nothing was changed.");
            rows += came;
            level = $"({range.Only}) AND {from} <> {to} AND {from} IN (SELECT {to} FROM {name} WHERE {level})";
        }

        return rows;
    }

    /// <summary>MySQL and MariaDB delete row by row, and refuse one that another still leads to: those that nothing leads to go first, then what led to them no more.</summary>
    static long DeleteFollowersFirst(IDatabase source, TableDefinition table, (string Column, string ParentColumn) self, KeyRange range, IEnumerable<RowBatch>? keys)
    {
        if (source.Dialect.Engines[0] != "mysql" || keys is not null) return ArchiveStore.Delete(source, table, range, keys);
        string name = source.Dialect.Quote(table.Name), from = source.Dialect.Quote(self.Column), to = source.Dialect.Quote(self.ParentColumn);
        // A row that leads to itself is refused too, and leads nowhere before it goes.
        if (table.Column(self.Column).Nullable) source.Execute($"UPDATE {name} SET {from} = NULL WHERE ({range.Only}) AND {from} = {to}");
        KeyRange last = range with { Only = $"({range.Only}) AND {to} NOT IN (SELECT p FROM (SELECT {from} AS p FROM {name} WHERE {from} IS NOT NULL AND {from} <> {to}) f)" };
        long rows = 0;
        for (int depth = 0; depth <= SelfDepthMax; depth++)
        {
            long went = ArchiveStore.Delete(source, table, last, null);
            if (went == 0) break;
            rows += went;
        }

        // What is left leads in a circle: the number tells.
        return rows;
    }

    /// <summary>Takes groups out of the archive again.</summary>
    /// <returns>The chunk without them.</returns>
    public static ArchiveChunk Withdraw(ArchiveStore store, ArchiveChunk chunk, Func<IReadOnlyList<(int Kind, Document Document)>, bool> goes, long token)
    {
        var kept = chunk with { Groups = [.. chunk.Groups.Where(group => !goes(group))] };
        using DatabaseTransaction transaction = store.Archive.Begin();
        Delete(store, chunk with { Groups = [.. chunk.Groups.Where(goes)] }, fromArchive: true, counts: null, out _);
        store.Keep(kept, token, 0);
        transaction.Commit();
        return kept;
    }

    /// <summary>Steps over which rows of one table lead to each other.</summary>
    const int SelfDepthMax = 50;

    static ReadOptions Written(DocumentTable table) => new() { Columns = [.. table.Digested.Select(static column => column.Name)] };

    /// <summary>The keys of archived rows, copied, for they are read before the same connection deletes.</summary>
    static List<RowBatch> KeysOf(ArchiveStore store, DocumentTable table, KeyRange inArchive)
    {
        var keys = new List<RowBatch>();
        foreach (RowBatch batch in store.Archive.Read(table.Archive, inArchive, new ReadOptions { Columns = table.Source.Key }))
        {
            var copy = new RowBatch(batch.Schema);
            for (int row = 0; row < batch.Count; row++) copy.AddEncoded(batch[row]);
            keys.Add(copy);
        }

        return keys;
    }

    /// <summary>By kind, what others follow from first.</summary>
    static IEnumerable<(int Kind, IReadOnlyList<Document> Documents)> Upstream(ArchiveStore store, ArchiveChunk chunk)
    {
        var byKind = chunk.ByKind().ToDictionary(static each => each.Kind, static each => each.Documents);
        foreach (int kind in store.UpstreamFirst)
            if (byKind.TryGetValue(kind, out IReadOnlyList<Document>? documents))
                yield return (kind, documents);
    }
}
