using System.Data;
using System.Data.Common;
using System.Globalization;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Jobs.Archives;

/// <summary>
/// Both databases of an archive and what stands in each about the other. A chunk's row is written with its rows, in the archive; the row of its deletion with the
/// deletes, in the source: so each database says for itself how far it is, whatever ended before. A counter in the source fences off a run that another one followed.
/// For one thread at a time.
/// </summary>
sealed class ArchiveStore : IDisposable
{
    const string JobTable = "orrery_archive_job", DoneTable = "orrery_archive_done", OpeningTable = "orrery_archive_opening", ChunkTable = "orrery_archive_chunk";
    static readonly ColumnType Name = new(ColumnKind.Text, Length: 100), Number = new(ColumnKind.Int64), Long = new(ColumnKind.Text), Moment = new(ColumnKind.Timestamp, 6), Amount = new(ColumnKind.Decimal, 38, OpeningBalances.Scale);

    readonly OwnTable jobs, done, openings, chunks;
    readonly string name;
    readonly TimeProvider time;

    public ArchiveStore(IDatabase source, IDatabase archive, ArchiveRules rules, string name, TimeProvider time)
    {
        (Source, Archive, this.name, this.time) = (source, archive, name, time);
        Documents = new DocumentSource(source, rules);
        UpstreamFirst = Order(Documents.Kinds);
        jobs = OwnTable.Open(source, JobTable, 1, ("name", Name), ("token", Number), ("changed_at", Moment));
        done = OwnTable.Open(source, DoneTable, 2, ("name", Name), ("chunk", Number), ("token", Number), ("documents", Number), ("deleted_rows", Number), ("changed_at", Moment));
        openings = OwnTable.Open(source, OpeningTable, 3, ("balance", Name), ("place_hash", new ColumnType(ColumnKind.Text, Length: 64)), ("measure", Name), ("place", Long), ("amount", Amount));
        chunks = OwnTable.Open(archive, ChunkTable, 2, ("name", Name), ("chunk", Number), ("token", Number), ("documents", Long), ("restoring", Long), ("copied_rows", Number), ("changed_at", Moment));
    }

    public IDatabase Source { get; }

    public IDatabase Archive { get; }

    public DocumentSource Documents { get; }

    /// <summary>How both databases spell floats in digests.</summary>
    public FloatText Floats => Source.Dialect.GivesShortestFloats && Archive.Dialect.GivesShortestFloats ? FloatText.Decimal : FloatText.Binary;

    public IReadOnlyList<DocumentKind> Kinds => Documents.Kinds;

    public OwnTable Openings => openings;

    /// <summary>Numbers of the kinds, what others follow from first.</summary>
    public IReadOnlyList<int> UpstreamFirst { get; }

    /// <summary>Whether the archive's server copies the source's rows by itself: it has both databases, and the columns are the same. Known once the archive's tables are made.</summary>
    public bool CopiesInside { get; private set; }

    /// <summary>A transaction of the archive for a copy. Where the server reads the source itself, without locks on what it reads.</summary>
    public DatabaseTransaction BeginCopy() => CopiesInside ? Begin(Archive) : Archive.Begin();

    /// <summary>A transaction whose reads see what is there when they begin: what was locked before is compared as it was locked, not as it was when the transaction began.</summary>
    public static DatabaseTransaction Begin(IDatabase database) => database.Begin(IsolationLevel.ReadCommitted);

    /// <summary>Begins a run: one that is under way elsewhere can delete nothing more.</summary>
    /// <returns>The run's token.</returns>
    public long Claim()
    {
        using DatabaseTransaction transaction = Begin(Source);
        long token = jobs.Read(Is(jobs)).Select(row => Convert.ToInt64(row[1], CultureInfo.InvariantCulture)).FirstOrDefault() + 1;
        jobs.Upsert([[name, token, Now]]);
        transaction.Commit();
        return token;
    }

    /// <summary>Within a transaction of the source: whether this run is the last that began; nobody else begins one until it ends.</summary>
    /// <exception cref="ArchiveException">Another one began.</exception>
    public void Fence(long token)
    {
        Count(Source, Source.Dialect.SelectLocked(jobs.Table, KeyRange.All with { Only = Is(jobs) }));
        long last = Convert.ToInt64(jobs.Read(Is(jobs)).Single()[1], CultureInfo.InvariantCulture);
        if (last != token) throw new ArchiveException($"Another run of the archive '{name}' began while this one went on (run {last}, this is {token}): this one ends; nothing is lost.");
    }

    /// <summary>Makes the archive's tables where they are not there, as the source's are, without what would refuse rows.</summary>
    /// <exception cref="ArchiveException">One is there and lacks a column.</exception>
    public void MakeTables()
    {
        var there = Archive.ListTables().GroupBy(table => table.Name, StringComparer.OrdinalIgnoreCase).ToDictionary(group => group.Key, group => group.First(), StringComparer.OrdinalIgnoreCase);
        foreach (DocumentTable table in Kinds.SelectMany(kind => kind.Tables))
        {
            if (!there.TryGetValue(table.Name, out TableName? found))
            {
                TableDefinition made = Archive.Dialect.Retarget(table.Source, new TableName(null, table.Name));
                made = made with { Columns = [.. made.Columns.Select(static column => column with { IsIdentity = false, Default = null })], Indexes = Indexes(made, table.Column) };
                foreach (string statement in Archive.Dialect.CreateTable(made)) Archive.Execute(statement);
                found = made.Name;
            }

            table.Archive = Archive.ReadTable(found);
            if (table.Source.Writable.FirstOrDefault(column => !table.Archive.Columns.Any(other => other.Name == column.Name)) is { } missing)
                throw new ArchiveException($"The archive's table {table.Name} lacks the column {missing.Name} ({missing.Type}), which the source has: add it there, so that no value is lost.");
        }

        CopiesInside = Archive.Reaches(Source) && Kinds.SelectMany(static kind => kind.Tables).All(table => HasSameColumns(table) && MayRead(InsideOf(table).Name));
    }

    /// <summary>Texts go into wider ones; other types could be bent on the way and not say so.</summary>
    static bool HasSameColumns(DocumentTable table) => table.Source.Writable.All(column =>
        table.Archive.Column(column.Name) is var other && (column.NativeType == other.NativeType || (column.Type.Kind == ColumnKind.Text && column.Type == other.Type)));

    bool MayRead(TableName table)
    {
        try
        {
            Count(Archive, $"SELECT COUNT(*) FROM (SELECT 1 FROM {Archive.Dialect.Quote(table)} LIMIT 0) r");
            return true;
        }
        catch (DbException)
        {
            // The archive's user is not let into the source: rows go through this program, as between two servers.
            return false;
        }
    }

    /// <summary>A number that no chunk had: one that came back whole is in the source's table alone.</summary>
    public long NextChunk() => chunks.Read(Is(chunks)).Concat(done.Read(Is(done))).Select(static row => Convert.ToInt64(row[1], CultureInfo.InvariantCulture)).DefaultIfEmpty().Max() + 1;

    /// <summary>Chunks that the archive has whole, of which the source still has the rows.</summary>
    public List<ArchiveChunk> Undeleted()
    {
        var deleted = done.Read(Is(done)).Select(static row => Convert.ToInt64(row[1], CultureInfo.InvariantCulture)).ToHashSet();
        return [.. Chunks().Where(chunk => !deleted.Contains(chunk.Number))];
    }

    public IEnumerable<ArchiveChunk> Chunks() => chunks.Read(Is(chunks)).Select(row => ArchiveChunk.Read(Convert.ToInt64(row[1], CultureInfo.InvariantCulture), (string)row[3]!, Kinds));

    /// <summary>Chunks of which some groups are on their way back, and the run that sent them.</summary>
    public List<(ArchiveChunk Chunk, ArchiveChunk Back, long Token)> Restoring() =>
    [
        .. chunks.Read(Is(chunks)).Where(static row => (string)row[4]! != "").Select(row =>
        {
            long number = Convert.ToInt64(row[1], CultureInfo.InvariantCulture);
            return (ArchiveChunk.Read(number, (string)row[3]!, Kinds), ArchiveChunk.Read(number, (string)row[4]!, Kinds), Convert.ToInt64(row[2], CultureInfo.InvariantCulture));
        }),
    ];

    /// <summary>Within a transaction of the archive.</summary>
    public void Keep(ArchiveChunk chunk, long token, long rows, ArchiveChunk? back = null)
    {
        if (chunk.Groups.Count == 0) chunks.Delete(name, chunk.Number, token, "", "", rows, Now);
        else chunks.Upsert([[name, chunk.Number, token, chunk.Text(Kinds), back?.Text(Kinds) ?? "", rows, Now]]);
    }

    /// <summary>Within a transaction of the source.</summary>
    public void KeepDone(ArchiveChunk chunk, long token, long rows) => done.Insert(name, chunk.Number, token, (long)chunk.DocumentCount, rows, Now);

    /// <summary>Within a transaction of the source: groups of a chunk are back. Kept under the chunk's negative number.</summary>
    public void KeepBack(ArchiveChunk back, long token) => done.Upsert([[name, -back.Number, token, (long)back.DocumentCount, 0L, Now]]);

    /// <summary>Whether a run's groups of a chunk are back.</summary>
    public bool IsBack(ArchiveChunk back, long token) => done.Read(Is(done)).Any(row =>
        Convert.ToInt64(row[1], CultureInfo.InvariantCulture) == -back.Number && Convert.ToInt64(row[2], CultureInfo.InvariantCulture) == token);

    /// <summary>The ranges of a kind's documents, of each of its tables, in the source.</summary>
    public IEnumerable<(DocumentTable Table, KeyRange Range)> InSource(int kind, IReadOnlyList<Document> documents) => Ranges(Source, kind, documents, static table => table.Source);

    /// <summary>The same in the archive.</summary>
    public IEnumerable<(DocumentTable Table, KeyRange Range)> InArchive(int kind, IReadOnlyList<Document> documents) => Ranges(Archive, kind, documents, static table => table.Archive);

    /// <summary>The source's, as the archive's server reads them where <see cref="CopiesInside"/> is.</summary>
    public IEnumerable<(DocumentTable Table, KeyRange Range)> InSourceFromArchive(int kind, IReadOnlyList<Document> documents) => Ranges(Archive, kind, documents, InsideOf);

    /// <summary>Inserts a range of the source's rows into the archive, by its server alone.</summary>
    /// <returns>How many.</returns>
    public long CopyInside(DocumentTable table, KeyRange range)
    {
        TableDefinition from = InsideOf(table);
        string names = string.Join(", ", table.Digested.Select(column => Archive.Dialect.Quote(column.Name)));
        return Change(Archive, $"INSERT INTO {Archive.Dialect.Quote(table.Archive.Name)} ({names}) SELECT {names} FROM {Archive.Dialect.Quote(from.Name)} WHERE {Archive.Dialect.Condition(from, range)}");
    }

    /// <summary>Deletes the rows of a range.</summary>
    /// <param name="database">Where.</param>
    /// <param name="table">The table there.</param>
    /// <param name="range">Whose rows.</param>
    /// <param name="keys">Where rows hang on another part: their keys; null: the range says which.</param>
    /// <returns>How many.</returns>
    public static long Delete(IDatabase database, TableDefinition table, KeyRange range, IEnumerable<RowBatch>? keys) => keys is not null
        ? database.Delete(table, keys)
        : Change(database, $"DELETE FROM {database.Dialect.Quote(table.Name)} WHERE {database.Dialect.Condition(table, range)}");

    /// <summary>Whether an archive has a document. Makes nothing.</summary>
    public static bool Has(IDatabase archive, string name, string kind, string key)
    {
        if (!archive.ListTables().Any(static table => table.Name == ChunkTable)) return false;
        IDialect dialect = archive.Dialect;
        using DbCommand command = archive.Command($"SELECT {dialect.Quote("documents")} FROM {dialect.Quote(ChunkTable)} WHERE {dialect.Quote("name")} = '{name.Replace("'", "''", StringComparison.Ordinal)}'");
        using DbDataReader reader = command.ExecuteReader();
        while (reader.Read())
            if (System.Text.Json.JsonSerializer.Deserialize<List<Dictionary<string, List<string>>>>(reader.GetString(0))!.Any(group => group.TryGetValue(kind, out List<string>? keys) && keys.Contains(key)))
                return true;
        return false;
    }

    public static long Count(IDatabase database, string query)
    {
        using DbCommand command = database.Command(query);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        Source.Dispose();
        Archive.Dispose();
    }

    static List<int> Order(IReadOnlyList<DocumentKind> kinds)
    {
        var order = new List<int>();
        var seen = new HashSet<int>();
        void Visit(DocumentKind kind)
        {
            // Kinds that lead to each other in a circle come as the rules have them.
            if (!seen.Add(kind.Number)) return;
            foreach (LinkRule link in kind.Rule.Links) Visit(kinds.First(other => other.Rule.Name == link.Document));
            order.Add(kind.Number);
        }

        foreach (DocumentKind kind in kinds) Visit(kind);
        return order;
    }

    /// <summary>In whole microseconds, as databases keep them.</summary>
    DateTime Now => new(time.GetUtcNow().Ticks / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond);

    IEnumerable<(DocumentTable, KeyRange)> Ranges(IDatabase database, int kind, IReadOnlyList<Document> documents, Func<DocumentTable, TableDefinition> side)
    {
        Func<string, string> keys = Kinds[kind].KeysOf(database.Dialect, side(Kinds[kind].Head), documents);
        return Kinds[kind].Tables.Select(table => (table, KeyRange.All with { Only = table.Condition(database.Dialect, keys, side) }));
    }

    /// <summary>The source's indexes, and one by which a document's rows are found.</summary>
    static IReadOnlyList<IndexDefinition> Indexes(TableDefinition table, string column)
    {
        IEnumerable<IndexDefinition> kept = table.Indexes.Select(static index => index with { IsUnique = false });
        return table.Key.FirstOrDefault() == column || table.Indexes.Any(index => index.Columns[0] == column) ? [.. kept] : [.. kept, new IndexDefinition($"{table.Name.Name}_document", [column], IsUnique: false)];
    }

    TableDefinition InsideOf(DocumentTable table) => table.Source with { Name = new TableName(Source.Name, table.Name) };

    static long Change(IDatabase database, string statement)
    {
        using DbCommand command = database.Command(statement);
        return command.ExecuteNonQuery();
    }

    string Is(OwnTable table) => $"{(table == chunks ? Archive : Source).Dialect.Quote("name")} = '{name.Replace("'", "''", StringComparison.Ordinal)}'";
}
