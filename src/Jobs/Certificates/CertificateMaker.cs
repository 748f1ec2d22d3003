using System.Data.Common;
using System.Globalization;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.Certificates;

/// <summary>
/// Compares two databases. Each side counts and sums up its own rows, both at the same time, each in one transaction that sees one moment. Where sums differ, ranges of the key are compared until those
/// that differ are small, and their rows are read. Calls block.
/// </summary>
public sealed class CertificateMaker(DatabaseAddress from, DatabaseAddress to, TimeProvider time, IProgress<CertificateProgress>? progress)
{
    /// <summary>Rows of a range that are read rather than cut further.</summary>
    const int RangeRowsRead = 50_000;

    /// <summary>Ranges that a range is cut into.</summary>
    const int Cuts = 16;

    /// <summary>Differing rows that are listed for each table.</summary>
    public int ListedMax { get; init; } = 200;

    /// <summary>Names of tables of the first side; all where empty.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>Names of tables of the first side that are left out.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    /// <summary>Compares.</summary>
    /// <exception cref="DbException">A side cannot be reached.</exception>
    /// <exception cref="ArgumentException"><see cref="Tables"/> or <see cref="Without"/> name a table that the first side does not have.</exception>
    public Certificate Make(CancellationToken cancellationToken = default)
    {
        DateTimeOffset started = time.GetUtcNow();
        using IDatabase here = from.Open(), there = to.Open();
        DatabaseSchema fromSchema = SchemaReader.Read(here), toSchema = SchemaReader.Read(there);
        TableName[] known = [.. fromSchema.Tables.Select(table => table.Name), .. fromSchema.Unreadable.Select(table => table.Name)];
        foreach (string name in Tables.Concat(Without).Where(name => !known.Any(table => IsNamed(table, name))))
            throw new ArgumentException($"There is no table '{name}' in {from}; it has: {string.Join(", ", known.Select(table => table.Name).Take(20))}.");
        TableDefinition[] chosen = [.. fromSchema.Tables.Select(table => table.Definition).Where(table => IsChosen(table.Name))];
        List<(TableDefinition From, TableDefinition To)> pairs = TablePairs.Match(chosen, [.. toSchema.Tables.Select(table => table.Definition)], table => table.Name.Name);
        using DatabaseTransaction hereMoment = Moment(here), thereMoment = Moment(there);
        string fromPosition = Position(here), toPosition = Position(there);
        var tables = new List<TableCertificate>();
        foreach ((TableDefinition one, TableDefinition other) in pairs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(new CertificateProgress(one.Name.ToString(), tables.Count, pairs.Count));
            tables.Add(Compare(here, there, TablePair.Of(one, other), cancellationToken));
        }

        tables.AddRange(fromSchema.Unreadable.Where(table => IsChosen(table.Name)).Select(table => new TableCertificate(table.Name.ToString(), "", -1, -1, "", "", []) { Failure = table.Reason }));
        bool isAll = Tables.Count == 0;
        return new Certificate(from.ToString(), to.ToString(), started, time.GetUtcNow(), fromPosition, toPosition, tables,
            [.. chosen.Where(table => pairs.TrueForAll(pair => !ReferenceEquals(pair.From, table))).Select(table => table.Name.ToString())],
            isAll ? [.. toSchema.Tables.Select(table => table.Definition).Where(table => pairs.TrueForAll(pair => !ReferenceEquals(pair.To, table))).Select(table => table.Name.ToString())] : []);
    }

    bool IsChosen(TableName table) => (Tables.Count == 0 || Tables.Any(name => IsNamed(table, name))) && !Without.Any(name => IsNamed(table, name));

    static bool IsNamed(TableName table, string name) => name == table.Name || name == table.ToString();

    TableCertificate Compare(IDatabase here, IDatabase there, TablePair pair, CancellationToken cancellationToken)
    {
        var result = new TableCertificate(pair.From.Name.ToString(), pair.To.Name.ToString(), -1, -1, "", "", [.. pair.Columns.Select(column => column.From)]) { LeftOut = pair.LeftOut };
        if (pair.Columns.Count == 0) return result with { Failure = "the two have no columns that can be compared" };
        try
        {
            AtSavepoint("SAVEPOINT orrery_table", here, there);
            (RowDigest one, RowDigest other) = Digests(here, there, pair, KeyRange.All, KeyRange.All);
            result = result with { FromRows = one.Count, ToRows = other.Count, FromDigest = Text(one), ToDigest = Text(other) };
            if (one == other) return result;
            var rows = new RowComparison(here, there, pair, ListedMax);
            if (one.Count + other.Count > RangeRowsRead && CanCut(pair)) Cut(here, there, pair, rows, null, null, Math.Max(RangeRowsRead, one.Count / Cuts), cancellationToken);
            else rows.Compare(KeyRange.All, KeyRange.All, cancellationToken);
            return result with { OnlyInFrom = rows.OnlyInFrom, OnlyInTo = rows.OnlyInTo, Differing = rows.Differing, Differences = rows.Listed };
        }
        catch (Exception error) when (error is ValueRangeException or NativeTypeException or InvalidOperationException || (error is DbException && !Running.Outage.IsPassing(error)))
        {
            AtSavepoint("ROLLBACK TO SAVEPOINT orrery_table", here, there);
            return result with { Failure = error.Message };
        }
    }

    /// <summary>PostgreSQL refuses everything that follows an error in a transaction; the other tables are to be compared all the same.</summary>
    static void AtSavepoint(string statement, params IDatabase[] sides)
    {
        foreach (IDatabase side in sides)
            if (side.Dialect.Engines[0] == "postgresql")
                side.Execute(statement);
    }

    /// <summary>Whether both sides order the key alike: numbers and days are, texts depend on collations.</summary>
    static bool CanCut(TablePair pair) => pair.Key.Count > 0 && pair.To.Key.SequenceEqual(pair.Key.Select(index => pair.Columns[index].To))
        && pair.Key.All(index => pair.Columns[index].As.Kind is > ColumnKind.Boolean and < ColumnKind.UInt64 or ColumnKind.Date);

    void Cut(IDatabase here, IDatabase there, TablePair pair, RowComparison rows, byte[]? after, byte[]? upTo, long rowsPerRange, CancellationToken cancellationToken)
    {
        // Taken first: the plan's own questions and the comparison share a connection.
        foreach (KeyRange range in here.Plan(pair.From, (int)Math.Min(rowsPerRange, int.MaxValue), after).TakeWhile(range => range.UpTo is not null).ToList())
        {
            if (upTo is not null && range.UpTo.AsSpan().SequenceEqual(upTo)) break;
            Compare(new KeyRange(after, range.UpTo));
            after = range.UpTo;
        }

        Compare(new KeyRange(after, upTo));

        void Compare(KeyRange range)
        {
            cancellationToken.ThrowIfCancellationRequested();
            KeyRange other = new(KeyThere(pair, range.After), KeyThere(pair, range.UpTo));
            (RowDigest one, RowDigest two) = Digests(here, there, pair, range, other);
            if (one == two) return;
            rows.Compare(range, other, cancellationToken);
        }
    }

    /// <summary>A key in the types of the other side.</summary>
    static byte[]? KeyThere(TablePair pair, byte[]? key)
    {
        if (key is null) return null;
        TableSchema schema = RowKeys.SchemaOf(pair.From.ToSchema(""));
        object?[] values = RowValues.ReadAll(schema, key);
        ColumnDefinition[] columns = [.. pair.Key.Select(index => pair.To.Column(pair.Columns[index].To))];
        var batch = new RowBatch(new TableSchema("", "key", [.. schema.Columns.Select((column, index) => column with { Name = columns[index].Name })], []));
        batch.Add(values);
        var cast = new RowCast(batch.Schema, pair.To with { Columns = columns, Key = [] }, DialectOf(pair));
        var turned = new RowBatch(cast.Schema);
        cast.Cast(batch, turned);
        return turned[0].ToArray();
    }

    /// <summary>Any dialect whose bounds are those of the types alone.</summary>
    static IDialect DialectOf(TablePair pair) => DialectList.TryFind("postgresql", out IDialect? dialect) ? dialect : throw new InvalidOperationException($"No dialect for the key of {pair.To.Name}.");

    static (RowDigest, RowDigest) Digests(IDatabase here, IDatabase there, TablePair pair, KeyRange range, KeyRange other)
    {
        FloatText floats = here.Dialect.GivesShortestFloats && there.Dialect.GivesShortestFloats ? FloatText.Decimal : FloatText.Binary;
        return BothDigests.Take(() => here.Digest(pair.From, pair.FromColumns, range, floats), () => there.Digest(pair.To, pair.ToColumns, other, floats));
    }

    /// <summary>A transaction that sees one moment.</summary>
    static DatabaseTransaction Moment(IDatabase database)
    {
        switch (database.Dialect.Engines[0])
        {
            case "postgresql": database.Execute("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ"); break;
            case "mysql": database.Execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ"); break;
        }

        return database.Begin();
    }

    /// <summary>Where the moment lies, for people who know the engine. The first question of the transaction fixes it.</summary>
    static string Position(IDatabase database)
    {
        try
        {
            return database.Dialect.Engines[0] switch
            {
                "postgresql" => CatalogQuery.Value(database, "SELECT 'wal ' || pg_current_wal_lsn() || ', snapshot ' || txid_current_snapshot()") ?? "",
                "mysql" => CatalogQuery.Value(database, "SELECT CONCAT('binary log position ', IFNULL(@@gtid_current_pos, ''))") ?? "",
                "sqlite" => $"data version {CatalogQuery.Value(database, "PRAGMA data_version")}",
                _ => CatalogQuery.Value(database, "SELECT CONVERT(varchar(30), SYSUTCDATETIME(), 126)") ?? "",
            };
        }
        catch (DbException error) when (!Running.Outage.IsPassing(error) && database.Dialect.Engines[0] != "postgresql")
        {
            return $"not told ({error.Message})";
        }
    }

    static string Text(RowDigest digest) => digest.Sum.ToString("x", CultureInfo.InvariantCulture);
}

/// <summary>How far a comparison is.</summary>
public sealed record CertificateProgress(string Table, int TablesDone, int TablesTotal);
