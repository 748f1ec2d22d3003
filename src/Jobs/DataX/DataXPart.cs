using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.DataX;

/// <summary>A table, a query, a file or a stream that is read. Its chunks are ranges of a key, or rows one after the other.</summary>
abstract class DataXPart(string name, int number)
{
    /// <summary>Under which the target keeps its chunks, and people know it.</summary>
    public string Name => name;

    /// <summary>Its place in the job.</summary>
    public int Number => number;

    /// <summary>Where it is read; null: no database.</summary>
    public virtual DatabaseAddress? Address => null;

    /// <summary>By an estimate; 0 where there is none.</summary>
    public long RowsEstimate { get; init; }
}

/// <summary>A table or query in a database.</summary>
sealed class DatabasePart(string name, int number, DataXConnection connection, DataXDatabase side, TableDefinition? table, bool isSplit, string? query) : DataXPart(name, number)
{
    ChunkFeed? feed;
    bool isNullsDone = table is null || !isSplit || !table.Column(side.SplitKey!).Nullable;

    public override DatabaseAddress Address => connection.Address;

    public bool IsSplit => isSplit;

    public string? Query => query;

    /// <summary>What the target has of it.</summary>
    public void Begin(IReadOnlyList<DoneChunk> done, int rowsPerChunk)
    {
        TableDefinition cut = table ?? new TableDefinition(new TableName(null, Name), []);
        // Rows whose key is null lie in no range: they are a chunk of their own.
        isNullsDone |= done.Any(chunk => chunk.Chunk == NullsChunk);
        feed = new ChunkFeed(new TablePlan(cut, cut, []) { IsWhole = !isSplit }, rowsPerChunk, [.. done.Where(chunk => chunk.Chunk != NullsChunk)]);
    }

    /// <summary>The number of the chunk of rows without key.</summary>
    const long NullsChunk = long.MaxValue;

    public (long Number, KeyRange Range)? Next(IDatabase source)
    {
        if (isNullsDone) return feed!.Next(source);
        isNullsDone = true;
        return (NullsChunk, KeyRange.All with { Only = $"{source.Dialect.Quote(side.SplitKey!)} IS NULL" });
    }

    public IEnumerable<RowBatch> Read(IDatabase source, KeyRange range, CancellationToken cancellationToken)
    {
        if (query is not null) return QueryRows.Read(source, query, Name, cancellationToken);
        KeyRange wanted = side.Where is null ? range : range with { Only = range.Only is null ? $"({side.Where})" : $"{range.Only} AND ({side.Where})" };
        return NamesOf(side.Columns, table!, source.Dialect) is { } names
            ? source.Read(table!, wanted, new ReadOptions { Columns = names }, cancellationToken)
            : QueryRows.Read(source, $"SELECT {string.Join(", ", side.Columns)} FROM {source.Dialect.Quote(table!.Name)} WHERE {source.Dialect.Condition(table, wanted)}", Name, cancellationToken);
    }

    /// <summary>The columns where they are names and no expressions; null else.</summary>
    static string[]? NamesOf(IReadOnlyList<string> columns, TableDefinition table, IDialect dialect)
    {
        if (columns is ["*"]) return [.. table.Columns.Select(column => column.Name)];
        bool foldsCase = dialect.Engines[0] != "postgresql";
        var names = new List<string>();
        foreach (string column in columns)
        {
            string bare = column.Trim();
            bool isQuoted = bare.Length > 2 && (bare[0], bare[^1]) is ('`', '`') or ('"', '"') or ('[', ']');
            if (isQuoted) bare = bare[1..^1];
            // Unquoted names are lower case to PostgreSQL.
            string wanted = foldsCase || isQuoted ? bare : bare.ToLowerInvariant();
            if (table.Columns.FirstOrDefault(each => each.Name == wanted || (foldsCase && each.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase))) is not { } found) return null;
            names.Add(found.Name);
        }

        // A row has each of its columns once.
        return names.Distinct().Count() == names.Count ? [.. names] : null;
    }
}

/// <summary>Rows that come one after the other: a file, a stream.</summary>
abstract class SequencePart(string name, int number) : DataXPart(name, number)
{
    /// <summary>Rows from a place on.</summary>
    /// <param name="skip">Rows that are passed over, dirty ones among them.</param>
    /// <param name="refuse">Takes dirty rows' lines.</param>
    public abstract IEnumerable<RowBatch> Read(long skip, Action<string> refuse, CancellationToken cancellationToken);
}
