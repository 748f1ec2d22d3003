using Orrery.Connectors.ChangeCapture.SqlServer;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.ChangeCapture.SqlServer;

/// <summary>
/// A database with change tracking, in memory: versions by commit, the last change of each key, clean-up, truncation, tracking begun anew. Its reader sees one moment
/// between begin and end, however much is written meanwhile.
/// </summary>
sealed class TrackedDatabase
{
    readonly Dictionary<string, Table> tables = [];
    int ids;

    public long Version { get; private set; }

    public IEnumerable<string> Names => tables.Keys;

    public Table this[string name] => tables[name];

    public void Create(string name) => tables[name] = new Table(name, ++ids, Version, []) { LeastValid = Version };

    /// <summary>Commits changes of a table as one transaction; null deletes.</summary>
    public void Commit(string name, params (int Key, string? Value)[] changes)
    {
        Version++;
        Table table = tables[name];
        foreach ((int key, string? value) in changes)
        {
            bool isThere = table.Rows.ContainsKey(key);
            if (value is null && !isThere) continue;
            long inserted = isThere ? table.Changes.GetValueOrDefault(key).Inserted : Version;
            if (value is null) table.Rows.Remove(key);
            else table.Rows[key] = value;
            table.Changes[key] = (Version, value is null ? 0 : inserted);
        }
    }

    /// <summary>Forgets the changes up to a version.</summary>
    public void CleanUp(long version)
    {
        foreach (Table table in tables.Values)
        {
            foreach (int key in table.Changes.Where(change => change.Value.Version <= version).Select(change => change.Key).ToArray()) table.Changes.Remove(key);
            table.LeastValid = Math.Max(table.LeastValid, version);
        }
    }

    /// <summary>Truncates without a version of its own, which is the least that a server may do.</summary>
    public void Truncate(string name)
    {
        Table table = tables[name];
        tables[name] = new Table(name, table.Id, Version, table.Schema.Columns.Skip(2)) { LeastValid = Version };
    }

    public void AddColumn(string name, string column) => tables[name].Add(column);

    Table[] Copy() => [.. tables.Values.Select(static table => table.Copy())];

    public sealed class Table(string name, int id, long begin, IEnumerable<Column> more)
    {
        public int Id => id;

        public SortedDictionary<int, string> Rows { get; private init; } = [];

        /// <summary>By key: the version of the last change, and the version at which the row came to be; 0 where it is gone.</summary>
        public Dictionary<int, (long Version, long Inserted)> Changes { get; private init; } = [];

        public required long LeastValid { get; set; }

        public TableSchema Schema { get; private set; } = new("shop", name, [new("id", new(ColumnKind.Int32), "int", false), new("v", new(ColumnKind.Text), "nvarchar(40)", true), .. more], [0]);

        public void Add(string column) => Schema = new TableSchema("shop", name, [.. Schema.Columns, new(column, new(ColumnKind.Int32), "int", true)], [0]);

        public Table Copy() => new(name, id, begin, Schema.Columns.Skip(2)) { Rows = new(Rows), Changes = new(Changes), LeastValid = LeastValid, Schema = Schema };

        public TrackedTable Tracked => new(name, id, begin, LeastValid, Schema);
    }

    /// <summary>Answers from the database as it was at the begin. Each question first lets others write, and may lose the connection.</summary>
    public sealed class Reader(TrackedDatabase database, Action write, Func<bool> loses) : ITrackingReader
    {
        Table[]? seen;

        public Task<TrackingMoment> BeginAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken)
        {
            Meanwhile();
            seen.ShouldBeNull("a transaction was left open");
            seen = database.Copy();
            return Task.FromResult(new TrackingMoment(database.Version, database.Version * 1000, [.. seen.Select(table => table.Tracked).Where(table => tables.Contains(table.Name))]));
        }

        public Task<TrackedRows> ChangesAsync(TrackedTable table, TrackingRange range, int rows, CancellationToken cancellationToken)
        {
            Meanwhile();
            Table from = seen!.Single(one => one.Schema.Table == table.Name);
            range.Since.ShouldBeGreaterThanOrEqualTo(from.LeastValid, "changes were asked for that are not whole");
            int behind = range.BehindKey is { } key ? KeyOf(from, key) : int.MinValue;
            var all = from.Changes.Where(change => change.Value.Version > range.Since && change.Value.Version <= range.UpTo)
                .Where(change => range.BehindKey is null || change.Value.Version > range.Since + 1 || change.Key > behind)
                .OrderBy(change => change.Value.Version).ThenBy(change => change.Key).Take(rows).ToArray();
            var answer = new TrackedRows { HasMore = all.Length == rows };
            foreach ((int id, (long version, long inserted)) in all) Add(answer, from, version, inserted > range.Since, id);
            return Task.FromResult(answer);
        }

        public Task<TrackedRows> ChunkAsync(TrackedTable table, byte[]? after, int rows, CancellationToken cancellationToken)
        {
            Meanwhile();
            Table from = seen!.Single(one => one.Schema.Table == table.Name);
            int behind = after is null ? int.MinValue : KeyOf(from, after);
            int[] keys = [.. from.Rows.Keys.Where(key => after is null || key > behind).Take(rows)];
            var answer = new TrackedRows { HasMore = keys.Length == rows };
            foreach (int key in keys) Add(answer, from, 0, false, key);
            return Task.FromResult(answer);
        }

        public Task EndAsync(CancellationToken cancellationToken)
        {
            Meanwhile();
            seen = null;
            return Task.CompletedTask;
        }

        public Task CloseAsync()
        {
            seen = null;
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        void Meanwhile()
        {
            write();
            if (loses()) throw new TrackingInterruptedException("The connection was lost.");
        }

        static void Add(TrackedRows answer, Table table, long version, bool isInsert, int key)
        {
            int keyStart = answer.Bytes.Position;
            answer.Bytes.BeginRow(1);
            answer.Bytes.WriteInt32(key);
            answer.Bytes.EndRow();
            int rowStart = answer.Bytes.Position;
            if (table.Rows.TryGetValue(key, out string? value)) RowValues.WriteRow(answer.Bytes, table.Schema, [key, value, .. table.Schema.Columns.Skip(2).Select(_ => (object?)null)]);
            answer.Rows.Add(new TrackedRow(version, isInsert, keyStart, rowStart - keyStart, rowStart, answer.Bytes.Position - rowStart));
        }

        static int KeyOf(Table table, byte[] key)
        {
            var reader = new RowReader(KeySchema(table), key);
            reader.Read();
            return reader.GetInt32();
        }

        static TableSchema KeySchema(Table table) => Connectors.Dialects.RowKeys.SchemaOf(table.Schema);
    }
}
