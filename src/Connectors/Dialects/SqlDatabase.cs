using System.Data;
using System.Data.Common;
using System.Globalization;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Dialects;

/// <summary>
/// What databases have in common. Rows are written in bulk straight into their table (<see cref="Insert"/>), or, by key, into a staged table of the connection's own
/// from which the server merges them: so an update hits the row of the key and no other, whatever further unique indexes there are.
/// </summary>
abstract class SqlDatabase(SqlDialect dialect, DbConnection connection) : IDatabase
{
    /// <summary>Rows and bytes that are staged at once.</summary>
    const int StageRowsLimit = 20_000, StageBytesLimit = 16 << 20;

    /// <summary>Seconds that a small question may take.</summary>
    const int QuestionSeconds = 300;

    DatabaseTransaction? transaction;

    IDialect IDatabase.Dialect => dialect;

    public DbConnection Connection => connection;

    public bool IsBroken => connection.State is ConnectionState.Closed or ConnectionState.Broken;

    public virtual string Name => connection.Database;

    public abstract IReadOnlyList<TableName> ListTables();

    public abstract TableDefinition ReadTable(TableName table);

    /// <summary>Streams the rows of a statement that selects these columns in the dialect's form.</summary>
    protected abstract IEnumerable<RowBatch> Stream(string select, IReadOnlyList<ColumnDefinition> columns, TableSchema schema, ReadOptions options, CancellationToken cancellationToken);

    /// <summary>Loads cast rows into a table or a staged one. Part of the transaction that is under way.</summary>
    /// <returns>How many.</returns>
    protected abstract long Load(string target, TableDefinition table, RowCast cast, bool isStage, IEnumerable<RowBatch> batches, CancellationToken cancellationToken);

    /// <summary>Makes a staged table of these columns where there is none yet, empty. Answers its name, quoted.</summary>
    protected abstract string MakeStage(TableDefinition table, IReadOnlyList<ColumnDefinition> columns);

    public long Execute(string statement) => Change(statement);

    public DatabaseTransaction Begin(IsolationLevel isolation = IsolationLevel.Unspecified)
    {
        if (transaction is not null) throw new InvalidOperationException("A transaction is under way on this connection: commit or dispose it first.");
        DbTransaction inner = isolation == IsolationLevel.Unspecified ? connection.BeginTransaction() : connection.BeginTransaction(isolation);
        return transaction = new DatabaseTransaction(inner, inner.Commit, ended =>
        {
            if (transaction == ended) transaction = null;
        });
    }

    public virtual bool Reaches(IDatabase other) => false;

    public virtual IEnumerable<KeyRange> Plan(TableDefinition table, int rowsPerRange, byte[]? after = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsPerRange, 1);
        if (!dialect.CanRange(table)) return PlanPlaces(table, rowsPerRange);
        return PlanKeys(table, rowsPerRange, after);
    }

    public virtual IEnumerable<RowBatch> Read(TableDefinition table, KeyRange range, ReadOptions options, CancellationToken cancellationToken = default)
    {
        ColumnDefinition[] columns = options.Columns.Count == 0 ? [.. table.Columns] : [.. options.Columns.Select(table.Column)];
        return Stream(dialect.Select(table, columns, range, options.InKeyOrder), columns, SchemaOf(table, columns), options, cancellationToken);
    }

    public long Insert(TableDefinition table, IEnumerable<RowBatch> batches, CancellationToken cancellationToken = default)
    {
        using IEnumerator<RowBatch> each = batches.GetEnumerator();
        if (!each.MoveNext()) return 0;
        var cast = new RowCast(each.Current.Schema, table, dialect);
        return InTransaction(() => Load(dialect.Quote(table.Name), table, cast, isStage: false, Cast(cast, each, cancellationToken), cancellationToken));
    }

    public virtual long Upsert(TableDefinition table, IEnumerable<RowBatch> batches, CancellationToken cancellationToken = default) =>
        Staged(table, batches, isKeyAlone: false, stage =>
        {
            foreach (string statement in dialect.MergeFrom(table, stage.Columns, stage.Name)) Change(statement);
            return stage.Rows;
        }, cancellationToken);

    public virtual long Delete(TableDefinition table, IEnumerable<RowBatch> keys, CancellationToken cancellationToken = default) =>
        Staged(table, keys, isKeyAlone: true, stage => Change(dialect.DeleteFrom(table, stage.Name)), cancellationToken);

    public virtual RowDigest Digest(TableDefinition table, IReadOnlyList<(string Name, ColumnType As)> columns, KeyRange range, FloatText floats = FloatText.Decimal)
    {
        using DbCommand command = Command(dialect.SelectDigest(table, [.. columns.Select(pair => (table.Column(pair.Name), pair.As))], range, floats));
        using DbDataReader reader = command.ExecuteReader();
        reader.Read();
        return new RowDigest(Convert.ToInt64(reader.GetValue(0), CultureInfo.InvariantCulture), UInt128.Parse(reader.GetString(1), CultureInfo.InvariantCulture));
    }

    public virtual void Dispose()
    {
        transaction?.Dispose();
        connection.Dispose();
    }

    /// <summary>The driver's transaction that is under way, or null.</summary>
    protected DbTransaction? Transaction => transaction?.Inner;

    public DbCommand Command(string text)
    {
        DbCommand command = connection.CreateCommand();
        command.CommandText = text;
        command.CommandTimeout = 0; // Bulk work has no natural bound: its callers cancel, and the dialects' sessions see to dead peers.
        command.Transaction = transaction?.Inner;
        return command;
    }

    public IReadOnlyList<string?[]> Texts(string question)
    {
        using DbCommand command = Command(question);
        command.CommandTimeout = QuestionSeconds;
        using DbDataReader reader = command.ExecuteReader();
        var rows = new List<string?[]>();
        while (reader.Read())
        {
            var row = new string?[reader.FieldCount];
            for (int index = 0; index < row.Length; index++) row[index] = TextOf(reader, index);
            rows.Add(row);
        }

        return rows;
    }

    protected virtual long Change(string statement)
    {
        using DbCommand command = Command(statement);
        return command.ExecuteNonQuery();
    }

    protected List<T> Query<T>(string statement, Func<DbDataReader, T> read)
    {
        using DbCommand command = Command(statement);
        using DbDataReader reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    protected static string? TextOf(DbDataReader reader, int index) => reader.IsDBNull(index) ? null : Convert.ToString(reader.GetValue(index), CultureInfo.InvariantCulture);

    protected TableSchema SchemaOf(TableDefinition table, IReadOnlyList<ColumnDefinition> columns)
    {
        int[] key = [.. table.Key.Select(name => IndexOf(columns, name))];
        return new TableSchema(table.Name.Schema ?? Name, table.Name.Name, [.. columns.Select(column => column.ToColumn())], key.Contains(-1) ? [] : key);
    }

    /// <summary>Ranges of a table without a usable key: one, where rows have no places.</summary>
    protected virtual IEnumerable<KeyRange> PlanPlaces(TableDefinition table, int rowsPerRange) => [KeyRange.All];

    /// <summary>Batches of what a reader gives, bounded.</summary>
    /// <param name="schema">Of the rows.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="writeNext">Writes the next row, or answers false when there is none.</param>
    /// <param name="cancellationToken">Asked after each batch.</param>
    protected static IEnumerable<RowBatch> Batches(TableSchema schema, ReadOptions options, Func<RowBatch, bool> writeNext, CancellationToken cancellationToken)
    {
        var batch = new RowBatch(schema);
        while (writeNext(batch))
        {
            batch.Add();
            if (batch.Count < options.BatchRowsLimit && batch.Bytes < options.BatchBytesLimit) continue;
            yield return batch;
            cancellationToken.ThrowIfCancellationRequested();
            batch.RowsBefore += batch.Count;
            batch.Clear();
        }

        if (batch.Count > 0) yield return batch;
    }

    /// <summary>An error about a value that was read and that no strict type carries.</summary>
    internal static ValueRangeException Unreadable(RowBatch batch, Column column, string value, string bound) => new(
        $"Table {batch.Schema}, row {batch.RowsBefore + batch.Count + 1} of those read, column '{column.Name}': the value {RowKeys.Show(value)} cannot be carried as {column.Type}: {bound}. Correct it at its source, or leave the column out.");

    static IEnumerable<RowBatch> Cast(RowCast cast, IEnumerator<RowBatch> from, CancellationToken cancellationToken)
    {
        var batch = new RowBatch(cast.Schema);
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            cast.Cast(from.Current, batch);
            yield return batch;
        }
        while (from.MoveNext());
    }

    long InTransaction(Func<long> work)
    {
        if (transaction is not null) return work();
        using DatabaseTransaction own = Begin();
        long result = work();
        own.Commit();
        return result;
    }

    long Staged(TableDefinition table, IEnumerable<RowBatch> batches, bool isKeyAlone, Func<(string Name, IReadOnlyList<ColumnDefinition> Columns, long Rows), long> apply, CancellationToken cancellationToken)
    {
        if (table.Key.Count == 0) throw new ArgumentException($"Table {table.Name} has no primary key: rows cannot be found by it.", nameof(table));
        using IEnumerator<RowBatch> each = batches.GetEnumerator();
        if (!each.MoveNext()) return 0;
        TableSchema from = each.Current.Schema;
        foreach (string name in table.Key)
            if (from.IndexOf(name) < 0)
                throw new ArgumentException($"The rows of {from} lack '{name}', which is part of the key of table {table.Name}.", nameof(batches));
        TableSchema narrow = isKeyAlone ? new TableSchema(from.Database, from.Table, [.. table.Key.Select(name => from.Columns[from.IndexOf(name)])], [.. Enumerable.Range(0, table.Key.Count)]) : from;
        var cast = new RowCast(narrow, table, dialect);
        return InTransaction(() =>
        {
            string stage = MakeStage(table, cast.Columns);
            long total = 0;
            foreach (RowBatch piece in Pieces(cast, from, each, isKeyAlone, cancellationToken))
            {
                Load(stage, table, cast, isStage: true, [piece], cancellationToken);
                total += apply((stage, cast.Columns, piece.Count));
                Change($"DELETE FROM {stage}");
            }

            return total;
        });
    }

    /// <summary>Rows in pieces in which each key is there once, the last time that it came.</summary>
    static IEnumerable<RowBatch> Pieces(RowCast cast, TableSchema from, IEnumerator<RowBatch> each, bool isKeyAlone, CancellationToken cancellationToken)
    {
        var one = RowBatch.Pooled(cast.Schema);
        var narrow = isKeyAlone ? new RowBatch(RowKeys.SchemaOf(new TableSchema(from.Database, from.Table, from.Columns, [.. cast.Schema.Columns.Select(column => from.IndexOf(column.Name))]))) : null;
        var all = RowBatch.Pooled(cast.Schema);
        var last = new Dictionary<byte[], int>(KeyComparer.Instance);
        try
        {
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                RowBatch batch = each.Current;
                if (narrow is not null)
                {
                    narrow.Clear();
                    narrow.RowsBefore = batch.RowsBefore;
                    var keyed = new TableSchema(from.Database, from.Table, from.Columns, [.. cast.Schema.Columns.Select(column => from.IndexOf(column.Name))]);
                    for (int row = 0; row < batch.Count; row++) narrow.AddEncoded(RowKeys.Of(keyed, batch[row]));
                    batch = narrow;
                }

                cast.Cast(batch, one);
                for (int row = 0; row < one.Count; row++)
                {
                    last[one.KeyOf(row)] = all.Count;
                    all.AddEncoded(one[row]);
                }

                if (all.Count < StageRowsLimit && all.Bytes < StageBytesLimit) continue;
                yield return Latest(all, last);
                all.Clear();
                last.Clear();
            }
            while (each.MoveNext());

            if (all.Count > 0) yield return Latest(all, last);
        }
        finally
        {
            one.Release();
            all.Release();
        }
    }

    static RowBatch Latest(RowBatch all, Dictionary<byte[], int> last)
    {
        if (last.Count == all.Count) return all;
        var latest = new RowBatch(all.Schema);
        foreach (int row in last.Values.Order()) latest.AddEncoded(all[row]);
        return latest;
    }

    static int IndexOf(IReadOnlyList<ColumnDefinition> columns, string name)
    {
        for (int index = 0; index < columns.Count; index++)
            if (columns[index].Name == name)
                return index;
        return -1;
    }

    IEnumerable<KeyRange> PlanKeys(TableDefinition table, int rowsPerRange, byte[]? after)
    {
        ColumnDefinition[] key = [.. table.Key.Select(table.Column)];
        TableSchema schema = SchemaOf(table, key);
        while (true)
        {
            byte[]? next = null;
            foreach (RowBatch batch in Stream(dialect.SelectKeyAt(table, after, rowsPerRange), key, schema, ReadOptions.Default, CancellationToken.None)) next = batch[0].ToArray();
            yield return new KeyRange(after, next);
            if (next is null) yield break;
            after = next;
        }
    }

    sealed class KeyComparer : IEqualityComparer<byte[]>
    {
        public static readonly KeyComparer Instance = new();

        public bool Equals(byte[]? left, byte[]? right) => left.AsSpan().SequenceEqual(right);

        public int GetHashCode(byte[] key)
        {
            var hash = default(HashCode);
            hash.AddBytes(key);
            return hash.ToHashCode();
        }
    }
}
